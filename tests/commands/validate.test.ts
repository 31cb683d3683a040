import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { registerValidate } from '../../src/commands/validate.js';
import { readRuleTests, runRuleTests } from '../../src/rule-tests/index.js';
import { temporaryFolder } from '../helpers/cli.js';
import { shippedProfileFiles } from '../helpers/shipped.js';
import { type Ran, runCommand } from './fake-io.js';

const PENDULUM = `version: 1
rules:
  - { id: slow, when: { frame.fps: { below: 55 } }, then: [ { step: { model: -1 } } ], because: x }
  - { id: fast, when: { frame.fps: { above: 58 } }, then: [ { step: { model: +1 } } ], because: x }
`;
const OVERLAP = `version: 1
rules:
  - id: odd
    when: { gpu.fanPercent: { above: 50 } }
    until: { gpu.fanPercent: { below: 80 } }
    then: [ { alert: { severity: info, title: Odd } } ]
    because: x
`;

const home = process.cwd();
let folder = '';

beforeEach(() => {
  folder = temporaryFolder();
  process.chdir(folder);
});

afterEach(() => process.chdir(home));

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function validate(...args: string[]): Promise<Ran> {
  return runCommand(registerValidate, ['validate', ...args]);
}

describe('the shipped files', () => {
  test.each(shippedProfileFiles().map(({ name }) => name))(
    'pass --strict with the profile %s',
    async (name) => {
      const { exit, stdout } = await validate('--strict', '--profile', name);
      expect(stdout).toMatch(
        /^\d+ files, 0 errors, 0 warnings\nrules that push a knob back and forth: 0 proved, 0 possible, 0 undecided\n$/,
      );
      expect(exit).toBe(0);
    },
  );
});

describe('what is wrong', () => {
  test('is told with a code frame, and what was too large to judge is counted', async () => {
    const ways = Array.from(
      { length: 13 },
      (_, i) => `{ any: [ { frame.a${i}Ms: { above: 1 } }, { frame.b${i}Ms: { above: 1 } } ] }`,
    );
    write(
      'rules/own.yaml',
      `${OVERLAP}  - { id: large, when: { all: [ ${ways.join(', ')} ] }, then: [ { step: { model: +1 } } ], because: x }\n`,
    );
    const { exit, stdout } = await validate('rules');
    expect(stdout).toContain(
      'warning: rules/own.yaml:5:12: rule "odd": "when" and "until" are both true at gpu.fanPercent 70; expected an "until" that is never true while "when" is\n' +
        '    5 |     until: { gpu.fanPercent: { below: 80 } }\n      |            ^\n',
    );
    expect(stdout).toMatch(/0 proved, 0 possible, 1 undecided; 1 conditions too large to judge\n$/);
    expect(exit).toBe(0);
    expect((await validate('rules', '--strict')).exit).toBe(3);
  });

  test('is in the JSON, with verdicts and the trace of a proof', async () => {
    write('rules/own.yaml', PENDULUM);
    const { exit, json } = await validate('rules', '--json', '--profile', 'rtx-4090');
    const { ok, files, pingPong, undecided, overrides } = json();
    expect({ ok, pingPong, undecided, overrides }).toEqual({
      ok: false,
      // Each of both pushes against a shipped rule as well.
      pingPong: { proved: 3, possible: 0, undecided: 0 },
      undecided: 0,
      overrides: [],
    });
    const own = files.find(({ path }: { path: string }) => path === 'rules/own.yaml');
    expect(own.errors).toContainEqual({
      line: 3,
      column: 59,
      code: 'ping-pong',
      rule: 'slow',
      message: expect.stringContaining('pushes model back and forth with "fast"'),
      expected: expect.any(String),
      trace: expect.stringContaining('profile: rtx-4090'),
    });
    expect(exit).toBe(1);
  });

  test('is an annotation to GitHub, with what it would misread written otherwise', async () => {
    write('rules, my: 100%/own.yaml', OVERLAP.replace('- id: odd', '- id: odd\n    priority: "a%\\nb"'));
    const { stdout, exit } = await validate('rules, my: 100%', '--format', 'github');
    expect(stdout).toBe(
      '::error file=rules%2C my%3A 100%25/own.yaml,line=4,col=15::rule "odd": "a%25\\nb" is of the wrong type; expected a whole number\n',
    );
    expect(exit).toBe(1);
  });

  test('is a warning to GitHub where it is one', async () => {
    write('own.yaml', OVERLAP);
    expect((await validate('own.yaml', '--format', 'github')).stdout).toMatch(
      /^::warning file=own\.yaml,line=5,col=12::rule "odd": /,
    );
  });

  test('is told of rule tests too, named or beside the rules and below', async () => {
    write('rules/own.yaml', 'version: 1\n');
    write('rules/own.test.yaml', 'rules: [ own.yaml ]\ntest: []\n');
    write('rules/deep/er.test.yaml', 'rules: []\ntests: []\n');
    write('rules/.hidden/er.test.yaml', 'nonsense');
    write('other.test.yaml', 'tests: [');
    const { stdout, exit } = await validate('rules', 'other.test.yaml');
    const told = stdout.split('\n').filter((line) => line.startsWith('error'));
    expect(told.map((line) => line.split(' ')[1])).toEqual([
      'other.test.yaml:1:9:',
      'rules/deep/er.test.yaml:1:8:',
      'rules/deep/er.test.yaml:2:8:',
      'rules/own.test.yaml:1:1:',
      'rules/own.test.yaml:2:1:',
    ]);
    expect(exit).toBe(1);
  });

  test('is found in what the configuration names when nothing else is', async () => {
    write('evenkeel.yaml', 'version: 1\nrules: [ mine ]\n');
    write('mine/own.yaml', OVERLAP);
    expect((await validate('--strict')).exit).toBe(3);
  });
});

describe('traces', () => {
  test('are written as rule tests that pass', async () => {
    write('rules/own.yaml', PENDULUM);
    const { stderr, exit } = await validate('rules', '--traces', 'proofs/today');
    expect(exit).toBe(1);
    const files = readdirSync('proofs/today').map((name) => `proofs/today/${name}`);
    expect(files).toEqual([
      'proofs/today/model-down-and-fast-push-model-back-and-forth.test.yaml',
      'proofs/today/slow-and-fast-push-model-back-and-forth.test.yaml',
      'proofs/today/slow-and-model-up-push-model-back-and-forth.test.yaml',
    ]);
    expect(stderr.split('\n').filter(Boolean).sort()).toEqual(
      files.map((file) => `${file}: run it with evenkeel test`),
    );
    const texts = files.map((file) => readFileSync(file, 'utf8'));
    expect(texts[0]).toMatch(/^rules: \[.*"shipped:quality.yaml",.*"..\/..\/rules\/own.yaml"\]$/m);
    expect(texts[1]).toContain('rules: ["../../rules/own.yaml"]\n');
    const { ok, passed } = await runRuleTests(readRuleTests(['proofs/today']).input);
    expect({ ok, passed }).toEqual({ ok: true, passed: 3 });
  });

  test('make no folder where there is nothing to write', async () => {
    write('rules/own.yaml', OVERLAP);
    await validate('rules', '--traces', 'proofs');
    expect(readdirSync('.')).toEqual(['rules']);
  });

  test('that cannot be written are told of', async () => {
    write('rules/own.yaml', PENDULUM);
    await expect(validate('rules', '--traces', 'rules/own.yaml/proofs')).rejects.toThrow(
      /^cannot write traces to rules\/own\.yaml\/proofs: .*; name another folder$/,
    );
  });
});
