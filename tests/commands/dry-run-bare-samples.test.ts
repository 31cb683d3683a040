import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerConvert } from '../../src/commands/convert.js';
import { registerDryRun } from '../../src/commands/dry-run.js';
import type { Sample } from '../../src/shapes/sample.js';
import { HEADER, sampleAt } from '../recordings/helpers.js';
import { fixture } from '../recordings/importers/fixtures.js';
import { type Ran, runCommand } from './fake-io.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-bare-samples-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Samples with zeros, without times, with a clock set back; frames of one program, of several, with other columns beside. */
const LOGS = [
  'hwinfo.csv',
  'dmon-no-times.txt',
  'nvidia-smi-clock-set-back.csv',
  'mangohud-0.8.2.csv',
  'presentmon-1.csv',
  'frameview.csv',
];
const RTX = ['--profile', 'rtx-4090'];
let written = 0;
function dryRun(...args: string[]): Promise<Ran> {
  return runCommand(registerDryRun, ['dry-run', ...args]);
}
async function told(...args: string[]) {
  return (await dryRun(...args, '--json')).json();
}
function ruleOf(report: { rules: { id: string }[] }, id: string): unknown {
  return report.rules.find((rule) => rule.id === id);
}

describe('samples that were recorded without rules', () => {
  const hot = (atMs: number): Partial<Sample> => ({
    readings: { 'gpu.temperatureC': [84, 'measured', 0], 'gpu.powerW': [440, 'measured', 0] },
    wallMs: 1_700_000_000_000 + atMs,
  });
  const lines = Array.from({ length: 20 }, (_, i) => sampleAt(i * 500, hot(i * 500)));
  function recordingOf(...recorded: readonly object[]): string {
    const path = join(folder, `recording-${written++}.ndjson`);
    writeFileSync(path, recorded.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return path;
  }

  test('run as a what-if with the shipped rules, or those that are given, and are told to be so', async () => {
    const log = recordingOf(HEADER, ...lines);
    const { stderr, json } = await dryRun(log, '--json');
    expect(stderr).toContain(`${log}: recorded without rules: decided as a what-if with the shipped ones`);
    expect(json()).toMatchObject({ kind: 'whatIf', samples: 20, assumed: [{ what: 'bot', profile: 'cpu' }] });
    expect(ruleOf(json(), 'frames-silent')).toMatchObject({ activations: 0, tried: false });
    const own = join(folder, 'rules');
    mkdirSync(own);
    writeFileSync(
      join(own, 'own.yaml'),
      'version: 1\nrules:\n  - { id: hot, when: { gpu.temperatureC: { above: 80 } }, then: [ { alert: { severity: info, title: hot } } ], because: hot }\n',
    );
    expect(ruleOf(await told(log, '--rules', own), 'hot')).toMatchObject({ activations: 1 });
    expect(ruleOf(await told(log, ...RTX), 'cool-down')).toMatchObject({ activations: 1 });
  });

  test('a run whose beginning is missing is still refused, and one without a sample is none', async () => {
    const decision = { kind: 'decision', line: '{}' };
    await expect(dryRun(recordingOf(HEADER, lines[0] ?? {}, decision, lines[1] ?? {}))).rejects.toThrow(
      'the beginning of the recording is missing',
    );
    await expect(dryRun(recordingOf(HEADER))).rejects.toThrow('found none: it holds no row');
  });
});

describe('a log that was converted to ndjson', () => {
  const without = ({ rejectedRows: _, file: __, ...report }: Record<string, unknown>): unknown => report;
  async function converted(log: string, ...flags: string[]): Promise<string> {
    const out = join(folder, `converted-${written++}.ndjson`);
    await runCommand(registerConvert, ['convert', log, '--to', 'ndjson', '-o', out, ...flags]);
    return out;
  }

  test.each(LOGS)('of %s comes to what the log itself comes to', async (name) => {
    const log = fixture(name);
    const once = await converted(log);
    const expected = without(await told(log, ...RTX));
    expect(without(await told(once, ...RTX))).toEqual(expected);
    expect(without(await told(await converted(once), ...RTX))).toEqual(expected);
  });

  test('keeps what a mapping named', async () => {
    const map = fixture('own-table.map.yaml');
    const log = fixture('own-table.csv');
    const expected = without(await told(log, '--map', map, ...RTX));
    expect(without(await told(await converted(log, '--map', map), ...RTX))).toEqual(expected);
  });
});
