import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EvenkeelError } from '../../../src/errors.js';
import { IMPORTERS } from '../../../src/recordings/importers/formats.js';
import type { Importer, LogRow } from '../../../src/recordings/importers/importer.js';
import { mappedCsv } from '../../../src/recordings/importers/mapped-csv.js';
import { lineDecoder } from '../../../src/recordings/importers/text-lines.js';
import { inspectLog } from '../../../src/recordings/inspection.js';
import { openLog } from '../../../src/recordings/open-log.js';
import { newLogReport, readRows } from '../../../src/recordings/read-log.js';
import { fixture, KNOWN_LOGS } from './fixtures.js';

const RUNS = Number(process.env.EVENKEEL_SOAK ?? 0) > 0 ? 3_000 : 60;
const TIMEOUT_MS = 600_000;
const MAPPING = { version: 1, time: { column: 1 }, columns: { 'gpu.powerW': 2 } } as const;
const logs = KNOWN_LOGS.map((name) => readFileSync(fixture(name)));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-logs-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Pieces of real logs, cut anywhere and mixed, and bytes that are no log at all. */
const mixed: fc.Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.tuple(fc.nat(logs.length - 1), fc.nat(), fc.nat()).map(cut) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
      {
        weight: 1,
        arbitrary: fc
          .constantFrom('\n', '\r\n', ',', '"', '\0', 'NaN', '1e999', '-0')
          .map((text) => Buffer.from(text)),
      },
    ),
    { maxLength: 6 },
  )
  .map((parts) => Buffer.concat(parts));

function cut([index, from, length]: [number, number, number]): Buffer {
  const log = logs[index] ?? Buffer.alloc(0);
  const start = from % 4 === 0 ? 0 : from % (log.length + 1);
  return log.subarray(start, start + (length % (log.length + 1)));
}

describe('what is no log, or only a part of one', () => {
  test(
    'is read or refused by every importer, and no number is made up',
    async () => {
      await fc.assert(
        fc.asyncProperty(mixed, fc.constantFrom(...IMPORTERS, mappedCsv), async (bytes, importer) => {
          const path = join(folder, 'mixed');
          writeFileSync(path, bytes);
          const text = textOf(bytes);
          const rows: LogRow[] = [];
          // What came before a refusal is looked at as well.
          await readInto(rows, path, importer).catch(refusalOf);
          for (const row of rows) {
            expect(Number.isFinite(row.timeMs)).toBe(true);
            for (const fact of Object.keys(row.facts)) expectWritten(fact, row.facts, text);
          }
        }),
        { numRuns: RUNS * 10 },
      );
    },
    TIMEOUT_MS,
  );

  test(
    'is read or refused by inspect and for rules, and never thrown at',
    async () => {
      await fc.assert(
        fc.asyncProperty(mixed, async (bytes) => {
          const path = join(folder, 'any');
          writeFileSync(path, bytes);
          const found = await inspectLog(path).catch(refusalOf);
          if (found instanceof EvenkeelError) return;
          expect(found.durationS).toBeGreaterThanOrEqual(0);
          for (const { min, mean, max, p95 } of Object.values(found.facts))
            expect(min <= p95 && p95 <= max && Number.isFinite(mean)).toBe(true);
          let lastMs = Number.NEGATIVE_INFINITY;
          for await (const line of openLog(path, {}, newLogReport())) {
            if (line.kind !== 'sample') continue;
            expect(line.atMs).toBeGreaterThanOrEqual(lastMs);
            lastMs = line.atMs;
          }
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );
});

async function readInto(rows: LogRow[], path: string, importer: Importer): Promise<void> {
  const options = importer === mappedCsv ? { mapping: MAPPING } : {};
  for await (const batch of readRows({ path, importer, from: importer.format, options }, newLogReport()))
    rows.push(...batch);
}

function refusalOf(error: unknown): EvenkeelError {
  expect(error).toBeInstanceOf(EvenkeelError);
  return error as EvenkeelError;
}

function textOf(bytes: Buffer): string {
  const decoder = lineDecoder(bytes);
  return [...decoder.push(bytes), ...decoder.end()].join('\n');
}

/** The shares that are put together from what is used and a number for all there is. */
const USED_OF: Readonly<Record<string, string>> = {
  'gpu.memoryUsedPercent': 'gpu.memoryUsedMib',
  'system.memoryPercent': 'system.memoryUsedMib',
};

/** What a number may have been before its unit was turned into the catalogue's, a sum of two columns, a share of one. */
function expectWritten(fact: string, facts: LogRow['facts'], text: string): void {
  const value = facts[fact];
  if (typeof value !== 'number') return;
  expect(Number.isFinite(value), fact).toBe(true);
  const numbers = text.match(/[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/gi)?.map(Number) ?? [];
  const isNear = (one: number): boolean => Math.abs(one - value) <= Math.abs(value) * 1e-9 + 1e-9;
  const written = numbers.some((one) =>
    [one, -one, one * 1024, one / 1024, one * 1000, one / 1000, one / 1024 / 1024, ((one - 32) * 5) / 9].some(
      isNear,
    ),
  );
  // Of cards beside the first, `gpu.1.`, as of the first.
  const used =
    facts[fact.replace(/memory\w*$/, (USED_OF[fact.replace(/\.\d+\./, '.')] ?? '').replace(/^.*\./, ''))];
  const isShare =
    typeof used === 'number' &&
    numbers.some((all) =>
      [1, 1024, 1 / 1024, 1 / 1024 / 1024, 1000, 1 / 1000].some((unit) =>
        isNear((100 * used) / (all * unit)),
      ),
    );
  // PresentMon 2.0 tells a frame's time in two columns.
  expect(written || isShare || fact === 'frame.intervalMs', `${fact} ${value}`).toBe(true);
}
