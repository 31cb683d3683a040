import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { beforeEach, describe, expect, test } from 'vitest';
import { registerTest } from '../../src/commands/test.js';
import { resultsText } from '../../src/commands/test-text.js';
import { readRuleTests, runRuleTests } from '../../src/rule-tests/index.js';
import { type Ran, runCommand } from './fake-io.js';

const RULE = `version: 1
rules:
  - id: down
    when: { gpu.temperatureC: { above: 80 } }
    then: [ { step: { model: -1 } } ]
    because: hot
`;
const GOOD = `rules: [ own.yaml ]
profile: rtx-4090
tests:
  - name: takes the model down while the card is hot
    given: { gpu.temperatureC: "70x2 90x2" }
    expect: [ { at: 2s, rule: down, is: active, knobs: { model: yolov8s } } ]
`;
const BAD = GOOD.replace('at: 2s', 'at: 1s').replace('takes', 'wrongly takes');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-rule-tests-'));
  write('own.yaml', RULE);
});

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

function run(...args: string[]): Promise<Ran> {
  return runCommand(registerTest, ['test', ...args]);
}

describe('exits', () => {
  test('0 where every test passes', async () => {
    write('a.test.yaml', GOOD);
    const { stdout, exit } = await run(folder);
    expect(exit).toBe(0);
    expect(stdout).toBe(
      `${folder}/a.test.yaml\n  ✓ takes the model down while the card is hot\n\n1 passed, 0 failed\n`,
    );
  });

  test('1 where one fails', async () => {
    write('a.test.yaml', GOOD);
    write('b.test.yaml', BAD);
    expect(await run(folder)).toMatchObject({ exit: 1 });
  });

  test('2 where a test file is wrong; the others are still run', async () => {
    write('a.test.yaml', GOOD);
    write('b.test.yaml', GOOD.replace('rule: down', 'rule: donw'));
    const { stdout, exit } = await run(folder);
    expect(exit).toBe(2);
    expect(stdout).toContain(
      'b.test.yaml:6:31: no rule of the book under test has the id "donw", did you mean "down"?',
    );
    expect(stdout).toContain('6 |     expect: [ { at: 2s, rule: donw');
    expect(stdout).toContain('1 passed, 0 failed, 1 mistake in files that were not run');
  });

  test('1 where the rules under test are wrong, as validate does', async () => {
    write('own.yaml', RULE.replace('above', 'abvoe'));
    write('a.test.yaml', GOOD);
    const { stdout, exit } = await run(folder);
    expect(exit).toBe(1);
    expect(stdout).toContain('own.yaml:4');
  });
});

test('a failing test shows the expected and the actual timeline side by side', async () => {
  write('b.test.yaml', BAD);
  const { stdout } = await run(folder);
  expect(stdout).toBe(`${folder}/b.test.yaml
  ✗ wrongly takes the model down while the card is hot
      6:37 at 1s expected down to be active, got idle
      6:58 at 1s expected model to be yolov8s, got yolov8m

         time  gpu.temperatureC  down              model
                                 expected  actual  expected  actual
         0s    70                          idle              yolov8m
      >  1s    70                active    idle ✗  yolov8s   yolov8m ✗
         2s    90                          active            yolov8s
         3s    90                          active            yolov8s

0 passed, 1 failed
`);
});

test('a title that is longer than its two columns pushes the next ones aside', async () => {
  const checks =
    '{ at: 1s, facts: { predicted.modelUpLoadPercent: 3 }, rule: down, is: active, waits: { powerLimitW: held } }';
  write('b.test.yaml', GOOD.replace(/expect: .*/, `expect: [ ${checks} ]`));
  const [titles = '', heads = ''] = (await run(folder)).stdout
    .split('\n')
    .filter((line) => /time|expected {2}actual/.test(line));
  const starts = [...heads.matchAll(/expected/g)].map(({ index }) => index);
  expect(starts.map((at) => titles.slice(at).split('  ')[0])).toEqual([
    'down',
    'powerLimitW waits',
    'predicted.modelUpLoadPercent',
  ]);
  expect(starts).toHaveLength(3);
});

test('colours change nothing but colours', async () => {
  write('a.test.yaml', GOOD);
  write('b.test.yaml', BAD);
  const results = await runRuleTests(readRuleTests([folder]).input);
  const [plain, coloured] = [false, true].map((colour) => resultsText(results, new Map(), true, colour));
  expect(coloured).not.toBe(plain);
  expect(stripVTControlCharacters(coloured ?? '')).toBe(plain);
});

test('ticks that are left out of a timeline are told by dots', async () => {
  write(
    'b.test.yaml',
    GOOD.replace('"70x2 90x2"', '"70x30"').replace('[ {', '[ { at: 20s, rule: down, is: active }, {'),
  );
  const { stdout } = await run(folder);
  expect(stdout.split('\n').filter((line) => line.trim() === '⋮')).toHaveLength(1);
});

test('prints one JSON document with the cases, their failures and, when asked, the coverage', async () => {
  write('a.test.yaml', GOOD);
  write('b.test.yaml', BAD);
  const { json, exit } = await run(folder, '--json', '--coverage');
  expect(exit).toBe(1);
  const { ok, passed, failed, cases, coverage } = json();
  expect({ ok, passed, failed }).toEqual({ ok: false, passed: 1, failed: 1 });
  expect(cases[0]).toEqual({
    file: `${folder}/a.test.yaml`,
    name: 'takes the model down while the card is hot',
    line: 4,
    ok: true,
    failures: [],
    timeline: null,
  });
  expect(cases[1].failures[0]).toEqual({
    path: `${folder}/b.test.yaml`,
    line: 6,
    column: 37,
    atMs: 1000,
    subject: 'down',
    expected: 'active',
    actual: 'idle',
    message: 'at 1s expected down to be active, got idle',
  });
  expect(coverage).toMatchObject({
    rules: [{ id: 'down', activated: 2, ended: 0 }],
    branches: 7,
    exercised: 4,
  });
  expect((await run(folder, '--json')).json().coverage).toBeUndefined();
});

test('tells what no test exercised with file and line, a rule that was never active in one line', async () => {
  write(
    'own.yaml',
    `${RULE}${RULE.split('\n').slice(2).join('\n').replace('down', 'other').replace('80', '95')}`,
  );
  write('a.test.yaml', GOOD);
  write('unlisted.yaml', RULE.replace('down', 'unlisted'));
  const { stdout } = await run(folder, '--coverage');
  expect(stdout).toContain(`coverage: 3 rules, 5 of 21 branches exercised
  ${folder}/own.yaml:3: rule "down": never ended because when was false
  ${folder}/own.yaml:3: rule "down": never released while blind
  ${folder}/own.yaml:4: rule "down": never unknown: when gpu.temperatureC above 80
  ${folder}/own.yaml:7: rule "other": never active in any test
  ${folder}/unlisted.yaml:3: rule "unlisted": never active in any test
`);
});

describe('paths', () => {
  test('are folders with their subfolders, and single files', async () => {
    mkdirSync(join(folder, 'deep'));
    write('deep/a.test.yaml', GOOD.replace('own.yaml', '../own.yaml'));
    write('b.test.yaml', GOOD);
    expect((await run(folder, '--json')).json()).toMatchObject({ passed: 2, problems: [] });
    const { cases, coverage } = (
      await run(join(folder, 'deep', 'a.test.yaml'), '--json', '--coverage')
    ).json();
    expect(cases).toHaveLength(1);
    expect(coverage.rules).toMatchObject([{ id: 'down', file: `${folder}/own.yaml` }]);
  });

  test('that hold no test, or are not there, are wrong usage', async () => {
    await expect(run(folder)).rejects.toMatchObject({ code: 'badFile', exitCode: 2 });
    await expect(run(join(folder, 'gone'))).rejects.toMatchObject({ code: 'badFile' });
  });

  test('that are not given mean the shipped tests', async () => {
    const { cases, ok } = (await run('--json')).json();
    expect(ok).toBe(true);
    expect(new Set(cases.map((one: { file: string }) => one.file))).toContain('rules/thermal.test.yaml');
  });
});

test('--help shows an example', async () => {
  const { stdout } = await run('--help');
  expect(stdout).toContain('evenkeel test my-rules --coverage');
});
