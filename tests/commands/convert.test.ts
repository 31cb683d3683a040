import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerConvert } from '../../src/commands/convert.js';
import { registerInspect } from '../../src/commands/inspect.js';
import { fixture, KNOWN_LOGS } from '../recordings/importers/fixtures.js';
import { runCommand } from './fake-io.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-convert-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function convert(log: string, to: string, ...more: string[]): Promise<string> {
  const file = join(folder, `out.${to}`);
  const ran = await runCommand(registerConvert, ['convert', log, '--to', to, '-o', file, '--json', ...more]);
  expect(ran.json()).toMatchObject({ file });
  return file;
}

const inspect = async (path: string): Promise<Record<string, unknown>> =>
  (await runCommand(registerInspect, ['inspect', path, '--json'])).json();

describe('convert', () => {
  test.each(KNOWN_LOGS)('a recording made of %s holds the same figures', async (name) => {
    const before = await inspect(fixture(name));
    const after = await inspect(await convert(fixture(name), 'ndjson'));
    expect(after).toMatchObject({
      format: 'evenkeel-recording',
      samples: before.samples,
      facts: before.facts,
    });
  });

  test.each(KNOWN_LOGS)(
    'CSV made of %s is read back to the same samples, words and segments',
    async (name) => {
      const before = await inspect(fixture(name));
      const after = await inspect(await convert(fixture(name), 'csv'));
      const figuresOf = ({ samples, segments, start, facts }: Record<string, unknown>): unknown => ({
        samples,
        segments,
        start,
        facts,
      });
      expect(after.format).toBe('evenkeel-table');
      expect(figuresOf(after)).toEqual(figuresOf(before));
      expect(Math.abs(Number(after.durationS) - Number(before.durationS))).toBeLessThanOrEqual(0.001);
    },
  );

  test.each([
    ['nvidia-smi-units.csv', 'localTime', '2026-01-02T03:04:05.100'],
    ['gpu-z.txt', 'localTime', '2026-01-02T03:04:05.000'],
    ['nvidia-smi-units.csv', 'time', '2026-01-02T02:04:05.100Z', '--zone', 'Europe/Berlin'],
    ['mangohud-0.8.2.csv', 'logS', '0.5'],
  ])(
    'the times of %s are written as %s, claiming no zone that nobody knows',
    async (name, column, first, ...zone) => {
      const [header = '', row = ''] = readFileSync(
        await convert(fixture(name), 'csv', ...zone),
        'utf8',
      ).split('\n');
      expect(header.split(',').slice(0, 2)).toEqual([column, 'atS']);
      expect(row.split(',')[0]).toBe(first);
      const file = await asyncBufferFromFile(await convert(fixture(name), 'parquet', ...zone));
      const [stored = {}] = await parquetReadObjects({ file });
      const value = stored[column];
      expect(value instanceof Date ? value.toISOString().replace(/Z$/, '') : String(value)).toBe(
        first.replace(/Z$/, ''),
      );
      const { schema } = await parquetMetadataAsync(file);
      const utc = { converted_type: 'TIMESTAMP_MILLIS' };
      const local = { logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false } };
      expect(schema[1]).toMatchObject(
        column === 'time' ? utc : column === 'localTime' ? local : { type: 'DOUBLE' },
      );
      const ndjson = await convert(fixture(name), 'ndjson', ...zone);
      const { startedAt, clock } = JSON.parse(readFileSync(ndjson, 'utf8').split('\n')[0] ?? '');
      expect([startedAt, clock]).toEqual([
        column === 'logS' ? '' : first,
        { time: undefined, localTime: 'local', logS: 'own' }[column],
      ]);
      expect((await inspect(ndjson)).start).toBe(column === 'logS' ? null : first);
    },
  );

  test('writes CSV with a column for each fact, also what rules would not be shown', async () => {
    const text = readFileSync(await convert(fixture('hwinfo.csv'), 'csv', '--zone', 'Europe/Berlin'), 'utf8');
    const [header = '', ...rows] = text.trimEnd().split('\n');
    expect(header.split(',').slice(0, 4)).toEqual(['time', 'atS', 'frame.fps', 'frame.intervalMs']);
    expect(rows).toHaveLength(4);
    expect(rows[0]).toMatch(/^2026-02-05T20:00:43\.720Z,0,60,16\.67,/);
    const column = header.split(',').indexOf('gpu.temperatureC');
    expect(rows.map((row) => row.split(',')[column])).toEqual(['60', '61', '0', '62']);
  });

  test('writes Parquet', async () => {
    const file = await asyncBufferFromFile(await convert(fixture('gpu-z.txt'), 'parquet'));
    const rows = await parquetReadObjects({ file });
    expect(rows).toHaveLength(7);
    expect(rows[2]).toMatchObject({
      'gpu.temperatureC': 83,
      'gpu.limitedBy': 'thermal',
      'gpu.powerW': 240.5,
    });
    expect(rows[6]).toMatchObject({ 'gpu.temperatureC': 71, 'gpu.powerW': null });
  });

  test('never writes over the log itself', async () => {
    const log = fixture('gpu-z.txt');
    await expect(runCommand(registerConvert, ['convert', log, '--to', 'csv', '-o', log])).rejects.toThrow(
      'expected -o to name another file than the log',
    );
  });

  test('what cannot be read leaves no file behind, and a file that cannot be written is told', async () => {
    const out = join(folder, 'nothing.ndjson');
    await expect(
      runCommand(registerConvert, ['convert', fixture('own-table.csv'), '--to', 'ndjson', '-o', out]),
    ).rejects.toThrow('Say in a file what they mean');
    expect(existsSync(out)).toBe(false);
    await expect(
      runCommand(registerConvert, [
        'convert',
        fixture('gpu-z.txt'),
        '--to',
        'ndjson',
        '-o',
        join(folder, 'no', 'x'),
      ]),
    ).rejects.toThrow('name another file with -o');
  });
});
