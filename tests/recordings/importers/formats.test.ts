import { describe, expect, test } from 'vitest';
import { IMPORTERS, sniffImporter } from '../../../src/recordings/importers/formats.js';
import { readZone } from '../../../src/recordings/importers/zone.js';
import { inspectLog } from '../../../src/recordings/inspection.js';
import { openLog } from '../../../src/recordings/open-log.js';
import { newLogReport, readHead } from '../../../src/recordings/read-log.js';
import type { FactValue } from '../../../src/shapes/reading.js';
import { fixture, KNOWN_LOGS, LOG_CASES, type LogCase } from './fixtures.js';

describe('logs of other tools', () => {
  test('every shipped log has its case, and every format a log', () => {
    expect(LOG_CASES.map(({ log }) => log).sort()).toEqual([...KNOWN_LOGS].sort());
    const formats = new Set(LOG_CASES.map(({ format }) => format));
    expect(new Set(IMPORTERS.map(({ format }) => format))).toEqual(formats);
  });

  test.each(LOG_CASES)('$log: $text', async (expected: LogCase) => {
    const path = fixture(expected.log);
    const found = await inspectLog(path);
    const facts = Object.fromEntries(
      Object.entries(found.facts).map(([fact, { n, min, max, mean }]) => [
        fact,
        `${n}: ${min} to ${max}, mean ${Math.round(mean * 1e4) / 1e4}`,
      ]),
    );
    expect({
      ...found,
      facts,
      reasons: found.reasons.map((reason) => reason.slice(path.length + 1)),
    }).toEqual({
      format: expected.format,
      samples: expected.samples,
      durationS: expected.durationS,
      segments: expected.segments,
      start: expected.start,
      rejectedRows: expected.rejected?.length ?? 0,
      reasons: expected.rejected ?? [],
      refused: expected.refused ?? {},
      unreadable: {},
      ...(expected.unused === undefined ? {} : { unused: expected.unused }),
      words: countsOf(expected.words ?? {}),
      notes: expected.notes ?? [],
      facts: expected.facts,
    });
    expect(await wordsOf(path)).toEqual(expected.words ?? {});
  });

  test('no log is claimed by two importers', async () => {
    for (const name of KNOWN_LOGS) {
      const { lines } = await readHead(fixture(name));
      const head = lines.map((line) => line.trimEnd()).filter((line) => line !== '');
      const claiming = IMPORTERS.filter((importer) => importer.sniff(head));
      expect(claiming, name).toHaveLength(1);
      expect(sniffImporter(lines), name).toBe(claiming[0]);
    }
  });

  test('with the zone of its clock a log runs on over the hour that comes twice', async () => {
    const zone = readZone('Europe/Berlin') ?? undefined;
    expect(zone).toBeDefined();
    const log = await inspectLog(
      fixture('nvidia-smi-clock-set-back.csv'),
      zone === undefined ? {} : { zone },
    );
    expect(log).toMatchObject({ segments: 1, durationS: 3, start: '2025-10-26T00:59:58.000Z' });
  });

  test('a zone leaves times alone that tell their own', async () => {
    const zone = readZone('-05:00') ?? undefined;
    const log = await inspectLog(fixture('gpu-z.txt'), zone === undefined ? {} : { zone });
    expect(log.start).toBe('2026-01-02T08:04:05.000Z');
  });
});

async function wordsOf(path: string): Promise<Record<string, FactValue[]>> {
  const words: Record<string, FactValue[]> = {};
  for await (const line of openLog(path, {}, newLogReport(), 'written')) {
    if (line.kind !== 'sample') continue;
    for (const [fact, [value]] of Object.entries(line.readings)) {
      if (value === null || typeof value === 'number') continue;
      words[fact] ??= [];
      words[fact].push(value);
    }
  }
  return words;
}

function countsOf(words: Record<string, FactValue[]>): Record<string, Record<string, number>> {
  return Object.fromEntries(
    Object.entries(words).map(([fact, all]) => [
      fact,
      Object.fromEntries(all.map((word) => [word, all.filter((other) => other === word).length])),
    ]),
  );
}
