import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerInspect } from '../../src/commands/inspect.js';
import { fixture } from '../recordings/importers/fixtures.js';
import { runCommand } from './fake-io.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-inspect-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
const inspect = (...args: string[]): ReturnType<typeof runCommand> =>
  runCommand(registerInspect, ['inspect', ...args]);

describe('inspect', () => {
  test('tells each of several logs', async () => {
    const { results } = (await inspect(fixture('gpu-z.txt'), fixture('ocat.csv'), '--json')).json();
    expect(results.map(({ format }: { format: string }) => format)).toEqual(['gpu-z', 'presentmon']);
  });

  test('tells a person the figures, what rules would not be shown, and why rows were rejected', async () => {
    const log = fixture('hwinfo.csv');
    const { stdout } = await inspect(log);
    expect(stdout).toContain(
      `${log}: hwinfo, 4 samples, 12.333 s from 2026-02-05T21:00:43.720, 2 segments, 0 rejected rows`,
    );
    expect(stdout).toMatch(/^gpu\.powerW {25} +4 +200\.125 +201\.625 +203\.125 +203\.125$/m);
    expect(stdout).toContain('not shown to rules, as no sensor reads so: gpu.hotSpotC 1, gpu.temperatureC 1');
    const torn = fixture('presentmon-1.csv');
    expect((await inspect(torn)).stdout).toContain(`rejected: ${torn}:7: 8 cells where the header has 15`);
  });

  test('reads a table by a mapping, with units and words', async () => {
    const found = (
      await inspect(fixture('own-table.csv'), '--map', fixture('own-table.map.yaml'), '--json')
    ).json();
    expect(found).toMatchObject({
      format: 'csv',
      samples: 3,
      durationS: 2,
      start: '2026-01-02T03:04:05.000Z',
      notes: [],
    });
    expect(found.facts['gpu.memoryUsedMib']).toMatchObject({ n: 3, min: 2560, max: 3072 });
    expect(found.facts['gpu.temperatureC']).toMatchObject({ n: 2, min: 70.5, max: 71.5 });
    // `95,5` is no number here: a comma in a number is never guessed at.
    expect(found.facts['gpu.utilizationPercent']).toMatchObject({ n: 2, min: 96, max: 97 });
  });

  test('reads a table without a header by the numbers of its columns', async () => {
    const found = (
      await inspect(fixture('no-header.txt'), '--map', fixture('no-header.map.yaml'), '--json')
    ).json();
    expect(found).toMatchObject({ samples: 2, durationS: 1, start: '2026-01-02T03:04:05.000' });
    expect(found.facts['gpu.powerW']).toMatchObject({ n: 2, min: 200, max: 201 });
  });

  test('a column that is not there, and a unit that does not fit, are told', async () => {
    const map = written(
      'bad.map.yaml',
      'version: 1\ncolumns: { gpu.powerW: Watt, gpu.temperatureC: { column: a, unit: W } }\n',
    );
    const { notes, samples } = (await inspect(written('a.csv', 'a,b\n1,2\n'), '--map', map, '--json')).json();
    expect(samples).toBe(1);
    expect(notes).toEqual([
      'no column is "Watt", which "gpu.powerW" is mapped to',
      '"gpu.temperatureC" cannot be read from a column in W',
    ]);
  });

  test.each([
    [
      'version: 1\ncolumns: { gpu.temperatureX: a }\n',
      /2:12: no fact is named "gpu\.temperatureX", did you mean "gpu\.temperatureC"\?/,
    ],
    ['version: 2\ncolumns: { gpu.powerW: a }\n', /1:10: 2 is not possible here; expected 1/],
    ['version: 1\ncolumns: {}\n', /2:10: /],
    ['version: 1\ncolumns: { gpu.powerW: 0 }\n', /2:24: /],
  ])('a mapping that means nothing is refused with its place: %j', async (text, message) => {
    const map = written('wrong.map.yaml', text);
    await expect(inspect(fixture('own-table.csv'), '--map', map)).rejects.toThrow(message);
  });

  test('a mapping that is not there is refused', async () => {
    await expect(inspect(fixture('own-table.csv'), '--map', join(folder, 'none.yaml'))).rejects.toThrow(
      'correct --map',
    );
  });

  test.each([
    [
      'a table nobody knows',
      'when,heat,load\n1,2,3\n',
      /begins with the columns "when", "heat", "load"; say what they mean .* --map: .*"time: \{ column: "when" \}", "columns: \{ gpu\.temperatureC: "heat" \}"/,
    ],
    ['a table without a header', '1,2,3\n4,5,6\n', /--map: "version: 1", "header: false"/],
    ['bytes', Buffer.from([0, 1, 2, 3, 0xff]), /\(bytes 00 01 02 03 ff\)/],
    ['nothing', '', /but it is empty/],
    ['a summary of MangoHud', '0.1% Min FPS,1% Min FPS,97% Percentile FPS\n1,2,3\n', /a summary of MangoHud/],
  ])('%s is refused with what was seen and what to do', async (_, content, message) => {
    await expect(inspect(written('unknown', content))).rejects.toThrow(message);
  });

  test('a file that is not there is told as one', async () => {
    await expect(inspect(join(folder, 'none.csv'))).rejects.toThrow(
      /expected a log at .*none\.csv, but it cannot be read: ENOENT/,
    );
  });

  test.each(['Berlin', '+25:00', ''])('the zone %j is refused', async (zone) => {
    await expect(inspect(fixture('gpu-z.txt'), '--zone', zone)).rejects.toThrow(
      'expected --zone to be a time zone',
    );
  });

  test('--interval says how far apart the rows of a log without times are', async () => {
    const found = (await inspect(fixture('dmon-no-times.txt'), '--interval', '500', '--json')).json();
    expect(found).toMatchObject({ durationS: 1, notes: [expect.stringContaining('every 500 ms')] });
  });
});
