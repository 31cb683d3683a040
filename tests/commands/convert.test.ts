import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerConvert } from '../../src/commands/convert.js';
import { registerInspect } from '../../src/commands/inspect.js';
import { openLog } from '../../src/recordings/open-log.js';
import { newLogReport } from '../../src/recordings/read-log.js';
import { HEADER, sampleAt } from '../recordings/helpers.js';
import { fixture, KNOWN_LOGS } from '../recordings/importers/fixtures.js';
import { runCommand } from './fake-io.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-convert-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function convert(log: string, to: string, ...more: string[]): Promise<string> {
  const file = join(folder, `out.${to}`);
  const ran = await runCommand(registerConvert, [
    'convert',
    log,
    '--to',
    to,
    '-o',
    file,
    '--json',
    '--force',
    ...more,
  ]);
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

  test('CSV made of a run is one segment, although its two clocks never agree to the ms', async () => {
    const run = join(folder, 'run.ndjson');
    const samples = [0, 3, -2, 4, 0].map((lateMs, i) => ({
      ...sampleAt(i * 500, { readings: { 'gpu.powerW': [100 + i, 'measured', 0] } }),
      wallMs: 1_700_000_000_000 + i * 500 + lateMs,
    }));
    writeFileSync(run, [HEADER, ...samples].map((line) => `${JSON.stringify(line)}\n`).join(''));
    expect(await inspect(await convert(run, 'csv'))).toMatchObject({ samples: 5, segments: 1, durationS: 2 });
  });

  test('that the times have no zone is told, with what makes them exact', async () => {
    const args = ['convert', fixture('gpu-z.txt'), '--to', 'csv', '-o', join(folder, 'told.csv'), '--force'];
    expect((await runCommand(registerConvert, args)).stderr).toContain('its times tell no zone');
    expect((await runCommand(registerConvert, [...args, '--zone', 'UTC'])).stderr).toBe('');
  });

  test.each(['presentmon-1.csv', 'capframex-record.json', 'presentmon-2-ticks.csv'])(
    'CSV made of %s is frames again for rules, of the same program',
    async (name) => {
      const ticksOf = async (path: string): Promise<unknown[]> => {
        const ticks: unknown[] = [];
        for await (const line of openLog(path, {}, newLogReport()))
          if (line.kind === 'sample') ticks.push([Math.round(line.atMs), line.readings]);
        return ticks;
      };
      expect(await ticksOf(await convert(fixture(name), 'csv'))).toEqual(await ticksOf(fixture(name)));
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
      runCommand(registerConvert, ['convert', fixture('gpu-z.txt'), '--to', 'ndjson', '-o', folder]),
    ).rejects.toThrow(`cannot write ${folder}: it is a folder (EISDIR); name another file with -o`);
  });

  test('makes the folders that are missing, and writes over what holds something only with --force', async () => {
    const file = join(folder, 'new', 'deep', 'gpu.csv');
    const args = ['convert', fixture('gpu-z.txt'), '--to', 'csv', '-o', file];
    expect((await runCommand(registerConvert, args)).stdout).toBe(`${file}: 7 samples, 1 rejected row\n`);
    writeFileSync(file, 'mine');
    await expect(runCommand(registerConvert, args)).rejects.toThrow(
      `${file} is there already and holds something; name another file with -o, or write over it with --force`,
    );
    expect(readFileSync(file, 'utf8')).toBe('mine');
    await runCommand(registerConvert, [...args, '--force']);
    expect(readFileSync(file, 'utf8')).toMatch(/^localTime,/);
    writeFileSync(file, '');
    expect((await runCommand(registerConvert, args)).exit).toBe(0);
    await expect(runCommand(registerConvert, [...args.slice(0, -1), '-'])).rejects.toThrow(
      'expected -o to name a file, got "-"',
    );
  });

  test('what cannot be read leaves what is there as it is, also with --force', async () => {
    const out = join(folder, 'kept.ndjson');
    writeFileSync(out, 'mine');
    const args = ['convert', fixture('own-table.csv'), '--to', 'ndjson', '-o', out, '--force'];
    await expect(runCommand(registerConvert, args)).rejects.toThrow('Say in a file what they mean');
    expect(readFileSync(out, 'utf8')).toBe('mine');
  });

  test('a log that is packed with gzip is read as it is, also where it is cut off', async () => {
    const packed = join(folder, 'gpu-z.txt.gz');
    writeFileSync(packed, gzipSync(readFileSync(fixture('gpu-z.txt'))));
    const { file, ...found } = await inspect(packed);
    expect(file).toBe(packed);
    expect(found).toMatchObject({
      format: 'gpu-z',
      samples: 7,
      facts: (await inspect(fixture('gpu-z.txt'))).facts,
    });
    writeFileSync(packed, readFileSync(packed).subarray(0, -12));
    expect(await inspect(packed)).toMatchObject({ format: 'gpu-z' });
    writeFileSync(packed, Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]));
    await expect(inspect(packed)).rejects.toThrow('cannot be read: the compressed data is damaged');
  });

  test.skipIf(process.platform === 'win32')(
    'a device is written to and told when it is full, and a pipe is no log (there are none on Windows)',
    async () => {
      for (const to of ['csv', 'ndjson', 'parquet']) {
        const args = ['convert', fixture('gpu-z.txt'), '--to', to, '-o'];
        expect((await runCommand(registerConvert, [...args, '/dev/null'])).exit, to).toBe(0);
        if (!existsSync('/dev/full')) continue;
        await expect(runCommand(registerConvert, [...args, '/dev/full']), to).rejects.toThrow(
          'cannot write /dev/full: there is no room left (ENOSPC); name another file with -o',
        );
      }
      const pipe = join(folder, 'pipe');
      execFileSync('mkfifo', [pipe]);
      await expect(inspect(pipe)).rejects.toThrow(
        'is a pipe: it is read more than once; write it into a file first',
      );
      await expect(inspect('-')).rejects.toThrow('write standard input into a file first');
    },
  );
});
