import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerInspect } from '../../src/commands/inspect.js';
import type { EvenkeelError } from '../../src/errors.js';
import type { FactSummary } from '../../src/recordings/summary.js';
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
  test('tells each of several logs by its name, and one that cannot be read ends no other', async () => {
    const logs = [fixture('gpu-z.txt'), fixture('own-table.csv'), fixture('ocat.csv')];
    const ran = await inspect(...logs, '--json');
    expect(ran.json().results).toMatchObject([
      { file: logs[0], format: 'gpu-z' },
      { file: logs[1], error: expect.stringContaining(`expected ${logs[1]} to be`), code: 'badFile' },
      { file: logs[2], format: 'presentmon' },
    ]);
    expect(ran.exit).toBe(2);
    const text = await inspect(...logs);
    expect(text.stdout).toMatch(/gpu-z.txt: gpu-z, 7 samples(?:.|\n)*ocat.csv: presentmon,/);
    expect(text.stderr).toContain('expected');
    expect(text.exit).toBe(2);
    const whole = await inspect(fixture('gpu-z.txt'), fixture('ocat.csv'), '--json');
    expect([whole.exit, whole.json().results.length]).toEqual([0, 2]);
  });

  test('tells words and claims with their counts', async () => {
    const log = fixture('evenkeel-table.csv');
    const found = (await inspect(log, '--json')).json();
    expect(found).toMatchObject({
      file: log,
      words: { 'gpu.limitedBy': { power: 2, none: 1 }, 'system.onBattery': { false: 1, true: 1 } },
    });
    expect(Object.keys(found.facts)).not.toContain('gpu.limitedBy');
    const { stdout } = await inspect(log);
    expect(stdout).toMatch(/^gpu\.limitedBy {23} +power 2, none 1$/m);
    expect(stdout).toContain(', 3 segments, 1 rejected row\n');
    const odd = written('odd.csv', 'localTime,atS,gpu.limitedBy\n2026-01-02T03:04:05.100,0,moonlight\n');
    expect((await inspect(odd)).stdout).toMatch(/moonlight 1 {2}refused by dry-run: 1$/m);
  });

  test('tells a person the figures, what rules would not be shown, and why rows were rejected', async () => {
    const log = fixture('hwinfo.csv');
    const { stdout } = await inspect(log);
    expect(stdout).toContain(
      `${log}: hwinfo, 4 samples, 12.333 s from 2026-02-05T21:00:43.720, 2 segments, 0 rejected rows`,
    );
    expect(stdout).toMatch(/^gpu\.powerW {25} +4 +200\.125 +201\.625 +203\.125 +203\.125$/m);
    expect(stdout).toMatch(/^gpu\.hotSpotC .* {2}refused by dry-run: 1$/m);
    expect(stdout).toContain('refused by dry-run: values that no sensor reads; rules do not see them');
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
      unreadable: { 'gpu.utilizationPercent': { n: 1, column: '"load"', cell: '95,5' } },
      notes: [
        expect.stringMatching(
          /^1 cell of "load" cannot be read as gpu\.utilizationPercent, first "95,5" at .*own-table\.csv:3; if its comma is a decimal one, say decimal: "," in the mapping$/,
        ),
      ],
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

  test.each([
    [
      'a column that is not there, and a unit that does not fit',
      'columns: { gpu.powerW: Wats, gpu.temperatureC: { column: a, unit: W } }',
      'a.csv: no column is "Wats", which "gpu.powerW" is mapped to, did you mean "Watt"?; "gpu.temperatureC" is in °C and cannot be read from the column "a", which is in W; its columns are "a", "Watt"; correct the mapping',
    ],
    [
      'a time that is not there',
      'time: { column: when }\ncolumns: { gpu.powerW: Watt }',
      'no column is "when", which tells the time; its columns are',
    ],
    ['another separator', 'separator: ";"\ncolumns: { gpu.powerW: Watt }', 'say separator: ","'],
    [
      'two times',
      'time: { column: 1 }\neveryMs: 500\ncolumns: { gpu.powerW: 2 }',
      'says both time and everyMs',
    ],
    ['a name without a header', 'header: false\ncolumns: { gpu.powerW: Watt }', 'are the numbers 1 to 2'],
    ['a number beyond the last column', 'columns: { gpu.powerW: 3 }', 'no column is 3'],
  ])('a mapping that does not fit its table is refused: %s', async (_, mapping, message) => {
    const map = written('bad.map.yaml', `version: 1\n${mapping}\n`);
    const table = written('a.csv', 'a,Watt\n1,2\n');
    await expect(inspect(table, '--map', map)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message),
    });
  });

  test('a decimal comma is read where the mapping says so, and a point beside it is not', async () => {
    const map = written(
      'comma.map.yaml',
      'version: 1\nseparator: ";"\ndecimal: ","\ntime: { column: t, unit: s }\ncolumns: { gpu.powerW: W, system.onBattery: b }\n',
    );
    const table = written('comma.csv', 't;W;b\n0,5;99,5 W;yes\n1,5;100;no\n2,5;1.000,5;perhaps\n');
    const found = (await inspect(table, '--map', map, '--json')).json();
    expect(found).toMatchObject({ samples: 3, durationS: 2, rejectedRows: 0 });
    expect(found.facts).toMatchObject({ 'gpu.powerW': { n: 2, min: 99.5, max: 100 } });
    expect(found.unreadable).toMatchObject({
      'gpu.powerW': { n: 1, cell: '1.000,5', first: `${table}:4` },
      'system.onBattery': { n: 1, column: '"b"', cell: 'perhaps' },
    });
  });

  test.each([
    [
      'semicolons, decimal commas and units in the names',
      'sep=;\nDate;Time;GPU temp [°C];VRAM used (GB);Power Draw;Power Draw;mood\n02.01.2026;03:04:05;61,5;2,5;300;1;good\n02.01.2026;03:04:06;62,5;3;301;1;bad\n',
      { 'gpu.temperatureC': [61.5, 62.5], 'gpu.memoryUsedMib': [2560, 3072], 'gpu.powerW': [300, 301] },
      '2026-01-02T03:04:05.000',
    ],
    [
      'tabs, and a count of ms',
      'elapsed_ms\tgpu_temp_c\tcpu load %\n0\t60\t10\n500\t61\t20\n',
      { 'gpu.temperatureC': [60, 61], 'system.cpuPercent': [10, 20] },
      null,
    ],
    [
      'names of facts, and a count of nobody knows what',
      'when,bytes,gpu.powerW\n1,8589934592,200\n2,8589934592,201\n',
      { 'gpu.powerW': [200, 201] },
      null,
    ],
  ])('the mapping that is suggested works as it is: %s', async (_, table, facts, start) => {
    const log = written('strange.csv', table);
    const refusal = await inspect(log).catch((error: EvenkeelError) => error);
    const { mapping } = (refusal as EvenkeelError).details;
    expect((refusal as EvenkeelError).message).toContain(`\n${mapping}`);
    const found = (await inspect(log, '--map', written('suggested.yaml', String(mapping)), '--json')).json();
    expect(found).toMatchObject({ samples: 2, start, notes: [] });
    const ends = Object.entries<FactSummary>(found.facts).map(([fact, { min, max }]) => [fact, [min, max]]);
    expect(Object.fromEntries(ends)).toEqual(facts);
  });

  test.each([
    ['a header alone', 'timestamp, temperature.gpu\n', 'found none: it holds no row'],
    [
      'rows that cannot be used',
      'timestamp, temperature.gpu\nsoon, 61\nlater, 62\n',
      ':2: "soon" is no time',
    ],
  ])('a log without a sample is refused: %s', async (_, text, message) => {
    const log = written('no-samples.csv', text);
    await expect(inspect(log)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message),
    });
  });

  test('a program that drew nothing is refused with those that did', async () => {
    const log = fixture('presentmon-1.csv');
    await expect(inspect(log, '--process', 'gamee.exe')).rejects.toThrow(
      /got "gamee\.exe", did you mean "game\.exe"\?; there are .*game\.exe \(\d+\)/,
    );
    expect((await inspect(log, '--process', '100', '--json')).json().notes).toEqual([]);
  });

  test('what was said of a log and changed nothing is told', async () => {
    const log = fixture('gpu-z.txt');
    const { notes } = (await inspect(log, '--interval', '500', '--process', 'a', '--json')).json();
    expect(notes).toEqual([
      '--process changed nothing: the log does not tell frames of programs',
      '--interval changed nothing: the log tells its own times',
    ]);
    const undated = (await inspect(fixture('mangohud-0.5.csv'), '--zone', 'UTC', '--json')).json();
    expect(undated.notes).toEqual(['--zone changed nothing: the log tells no dates']);
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
      /a table of other columns: "when", "heat", "load"\. Say in a file what they mean.* --map .*none of the names is known, so it says separator: "," and a fact/,
    ],
    [
      'a table without a header',
      '1,2,3\n4,5,6\n',
      /--map .*it has no header, so the mapping says header: false/,
    ],
    ['bytes', Buffer.from([0, 1, 2, 3, 0xff]), /\(bytes 00 01 02 03 ff\)/],
    ['nothing', '', /but it is empty/],
    ['a packed file', Buffer.from('PK\x03\x04rest'), /but it is packed \(ZIP\); unpack it first/],
    [
      'a log of processes',
      '# gpu        pid  type    sm   mem   command\n# Idx          #   C/G     %     %   name\n    0       1234     C    99    40   python\n',
      /a log of nvidia-smi pmon, which tells the load of each process/,
    ],
    [
      "nvidia-smi's columns with another separator",
      'timestamp;memory.used [MiB];fan.speed [%]\n2026/01/02 03:04:05;1000;40\n',
      /gpu\.memoryUsedMib: \{ column: "memory\.used \[MiB\]", unit: "MiB" \}\n {2}gpu\.fanPercent: \{ column: "fan\.speed/,
    ],
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
