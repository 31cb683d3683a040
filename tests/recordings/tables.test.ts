import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeTable } from '../../src/recordings/tables/write-table.js';
import type { Sample } from '../../src/shapes/sample.js';
import { frames, measured } from '../helpers/loop.js';
import { sampleAt } from './helpers.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'evenkeel-tables-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const linesOf = (samples: readonly Sample[]) =>
  async function* (): AsyncGenerator<{ kind: string }> {
    yield { kind: 'header' };
    yield* samples;
  };

const SAMPLES = [
  sampleAt(500, { readings: { 'gpu.powerW': measured(120.5), 'gpu.limitedBy': measured('none') } }),
  sampleAt(1_000, {
    readings: { 'gpu.powerW': [null, 'missing', 0, 'lost'], 'system.onBattery': measured(true) },
    events: [frames(3, 20, 12), frames(1, 40, 12)],
  }),
];

test('a CSV has a row for each sample, and nothing where nothing was told', async () => {
  const file = join(root, 'a.csv');
  expect(await writeTable(linesOf(SAMPLES), 'csv', file)).toBe(2);
  const [head = '', ...rows] = readFileSync(file, 'utf8').trimEnd().split('\n');
  const names = head.split(',');
  const [first = {}, second = {}] = rows.map((row) =>
    Object.fromEntries(row.split(',').map((cell, i) => [names[i], cell])),
  );
  expect(names.slice(0, 2)).toEqual(['time', 'atS']);
  expect(first).toMatchObject({
    atS: '0.5',
    'gpu.powerW': '120.5',
    'gpu.limitedBy': 'none',
    'frame.totalMs': '',
  });
  expect(second).toMatchObject({
    time: '2023-11-14T22:13:21.000Z',
    'gpu.powerW': '',
    'system.onBattery': 'true',
    'frame.totalMs': '25',
    'frame.totalMs.p95': '40',
    'frames.processed': '4',
  });
});

test('a Parquet file has the same, with types', async () => {
  const file = join(root, 'a.parquet');
  expect(await writeTable(linesOf(SAMPLES), 'parquet', file)).toBe(2);
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file) });
  expect(rows[0]).toMatchObject({
    time: new Date(1_700_000_000_500),
    atS: 0.5,
    'gpu.powerW': 120.5,
    'gpu.limitedBy': 'none',
    'system.onBattery': null,
  });
  expect(rows[1]).toMatchObject({ 'gpu.powerW': null, 'system.onBattery': true, 'frame.totalMs': 25 });
});

test('whatever numbers and words there are, both forms give them back', async () => {
  const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null));
  const word = fc.option(fc.string({ unit: 'grapheme-ascii' }), { nil: null });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(value, word), { minLength: 1, maxLength: 30 }), async (cells) => {
      const samples = cells.map(([number, text], i) =>
        sampleAt(i * 500, {
          readings: {
            'gpu.powerW': number === null ? [null, 'missing', 0, 'lost'] : measured(number),
            'state.model': text === null ? [null, 'missing', 0, 'lost'] : measured(text),
          },
        }),
      );
      const file = join(root, `${++run}.parquet`);
      await writeTable(linesOf(samples), 'parquet', file);
      const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file) });
      expect(rows.map((row) => [row['gpu.powerW'] ?? null, row['state.model'] ?? null])).toEqual(cells);
      const csv = join(root, `${run}.csv`);
      await writeTable(linesOf(samples), 'csv', csv);
      for (const [number] of cells)
        if (number !== null) expect(readFileSync(csv, 'utf8')).toContain(String(number));
    }),
    { numRuns: 25 },
  );
});

test('more samples than are held at once are all there, in their order', async () => {
  const many = Array.from({ length: 25_001 }, (_, i) =>
    sampleAt(i, { readings: { 'gpu.powerW': measured(i) } }),
  );
  const file = join(root, 'many.parquet');
  await writeTable(linesOf(many), 'parquet', file);
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file), columns: ['gpu.powerW'] });
  expect(rows.map((row) => row['gpu.powerW'])).toEqual(many.map((_, i) => i));
});

test('a file that cannot be written is told, and what is no file of ours stays', async () => {
  await expect(writeTable(linesOf(SAMPLES), 'csv', join(root, 'none', 'a.csv'))).rejects.toMatchObject({
    code: 'badFile',
    message: expect.stringContaining('name another file with -o'),
  });
  if (!existsSync('/dev/full')) return;
  const link = join(root, 'full.csv');
  symlinkSync('/dev/full', link);
  await expect(writeTable(linesOf(SAMPLES), 'csv', link)).rejects.toMatchObject({ code: 'badFile' });
  expect(existsSync('/dev/full')).toBe(true);
});

test('half a table is removed where reading fails', async () => {
  const file = join(root, 'a.csv');
  let passes = 0;
  const failing = async function* (): AsyncGenerator<{ kind: string }> {
    yield* SAMPLES;
    if (++passes === 2) throw new Error('torn');
  };
  await expect(writeTable(failing, 'csv', file)).rejects.toThrow('torn');
  expect(existsSync(file)).toBe(false);
});
