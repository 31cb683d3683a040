import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
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

describe('convert', () => {
  test.each(KNOWN_LOGS)('a recording made of %s holds the same figures', async (name) => {
    const inspect = async (path: string): Promise<Record<string, unknown>> =>
      (await runCommand(registerInspect, ['inspect', path, '--json'])).json();
    const before = await inspect(fixture(name));
    const after = await inspect(await convert(fixture(name), 'ndjson'));
    expect(after).toMatchObject({
      format: 'evenkeel-recording',
      samples: before.samples,
      facts: before.facts,
    });
  });

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
    ).rejects.toThrow('if it is a table, say what its columns mean');
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
