import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerDryRun } from '../../src/commands/dry-run.js';
import { dryRunLog } from '../../src/commands/dry-run-log.js';
import { inspectLog } from '../../src/recordings/inspection.js';
import { sampleLog, withoutSampleLogs } from '../helpers/sample-logs.js';
import { fixture } from '../recordings/importers/fixtures.js';
import { type Ran, runCommand } from './fake-io.js';
import { gpuZLog, heating, type MadeRow, rowsAt } from './made-logs.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-dry-run-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let written = 0;
function logOf(rows: readonly MadeRow[]): string {
  const path = join(folder, `log-${written++}.txt`);
  writeFileSync(path, gpuZLog(rows));
  return path;
}
function rulesOf(text: string): string {
  const path = join(folder, `rules-${written++}`);
  mkdirSync(path);
  writeFileSync(join(path, 'own.yaml'), `version: 1\n${text}`);
  return path;
}
function dryRun(...args: string[]): Promise<Ran> {
  return runCommand(registerDryRun, ['dry-run', ...args]);
}
async function told(...args: string[]) {
  return (await dryRun(...args, '--json')).json();
}
interface Rule {
  id: string;
  activations: number;
  activeS: number;
  blindS: number;
  tried: boolean;
  lacks: string[];
}
function ruleOf(report: { rules: Rule[] }, id: string): Rule | undefined {
  return report.rules.find((rule) => rule.id === id);
}
const RTX = ['--profile', 'rtx-4090'];

describe('a log without a bot', () => {
  test('fires cool-down by the margin to the throttle point of its profile, after 3 s and for as long as it is hot', async () => {
    const report = await told(logOf(heating(79, 8)), ...RTX);
    expect(report).toMatchObject({
      kind: 'whatIf',
      samples: 43,
      durationS: 42,
      segments: 1,
      rejectedRows: 0,
    });
    expect(ruleOf(report, 'cool-down')).toMatchObject({ activations: 1, activeS: 5, tried: true, lacks: [] });
    // The cap, and five rungs of 25 W and one of 5 W back, one every 3 s.
    expect(report.knobs.powerLimitW).toMatchObject({ changes: 7, timeAtS: { 320: 5, 345: 3, 445: 3 } });
  });

  test.each([
    'nvidia-smi-clock-set-back.csv',
    'mangohud-0.8.2.csv',
    'capframex-record.json',
    'frameview.csv',
  ])('is as long as inspect tells %s, and no gap is made up', async (name) => {
    const { durationS } = await inspectLog(fixture(name));
    expect((await told(fixture(name), ...RTX)).durationS).toBe(durationS);
  });

  test('counts what a rule is at a sample until the next one, as the decisions tell it', async () => {
    const rules = rulesOf(
      'rules: [{ id: hot, because: "It is hot.", when: { gpu.temperatureC: { above: 80 } }, then: [{ set: { frameSkip: 1 } }] }]\n',
    );
    const hot = [false, true, false, false, false, true, true, false];
    const atS = [0, 1, 3, 4, 5, 6, 8, 9];
    const rows = hot.map((isHot, i) => ({ temperatureC: isHot ? 85 : 70, atS: atS[i] ?? 0 }));
    const page = join(folder, 'held.html');
    const report = await told(logOf(rows), ...RTX, '--rules', rules, '--html', page);
    expect(ruleOf(report, 'hot')).toMatchObject({ activations: 2, activeS: 5, blindS: 0 });
    expect(readFileSync(page, 'utf8')).toContain('5 s active');
  });

  test('fires nothing where the heat does not last or stays a degree below', async () => {
    for (const rows of [heating(79, 3), heating(78.9, 8)]) {
      const report = await told(logOf(rows), ...RTX);
      expect(ruleOf(report, 'cool-down')).toMatchObject({ activations: 0, tried: true });
      expect(report.knobs.powerLimitW.changes).toBe(0);
    }
  });

  test('fires thermal-emergency where the card says that it limits itself, however cool it is', async () => {
    const report = await told(logOf([...rowsAt(75, 5), ...rowsAt(75.6, 8, 2), ...rowsAt(70, 9)]), ...RTX);
    expect(ruleOf(report, 'thermal-emergency')).toMatchObject({ activations: 1 });
    expect(ruleOf(report, 'cool-down')).toMatchObject({ activations: 0 });
    expect(report.knobs.powerLimitW.changes).toBeGreaterThan(0);
    const byPower = await told(logOf(rowsAt(75.6, 20, 1)), ...RTX);
    expect(ruleOf(byPower, 'thermal-emergency')).toMatchObject({ activations: 0, tried: true });
  });

  test('has the facts it lacks told, and the rules that needed them as not tried', async () => {
    const log = logOf(heating(79, 8));
    const report = await told(log, ...RTX);
    expect(report.factsMissing).toEqual(
      expect.arrayContaining(['frame.loadPercent', 'system.memoryPercent', 'frame.queueSize']),
    );
    expect(report.factsMissing).not.toContain('gpu.temperatureC');
    const short = ruleOf(report, 'memory-short');
    expect(short).toEqual({
      id: 'memory-short',
      activations: 0,
      activeS: 0,
      blindS: 42,
      tried: false,
      lacks: ['system.memoryPercent'],
    });
    const { stdout } = await dryRun(log, ...RTX);
    expect(stdout).toContain('blind rules: not tried, as what they look at was never known');
    expect(stdout).toMatch(/^ {2}memory-short: lacks system.memoryPercent$/m);
    expect(stdout).toMatch(/^ {2}cool-down: fired once, 5 s active$/m);
    expect(stdout).toContain('cannot be known from a log');
    expect(stdout.split('\n').every((line) => line.length <= 100)).toBe(true);
  });

  test('shows no rule what no sensor reads', async () => {
    const report = await told(logOf(rowsAt(0, 20)), ...RTX);
    expect(report.factsMissing).toEqual(expect.arrayContaining(['gpu.temperatureC', 'gpu.thermalMarginC']));
    for (const id of ['hold-temperature', 'temperature-lost'])
      expect(ruleOf(report, id), id).toMatchObject({
        tried: false,
        activations: 0,
        lacks: ['gpu.temperatureC'],
      });
  });

  test('has rules about a silent source as blind where it never had that source, and lets them fire once it falls silent', async () => {
    const before = await told(logOf(heating(70, 20)), ...RTX);
    for (const id of ['frames-silent', 'card-silent', 'machine-silent'])
      expect(ruleOf(before, id), id).toMatchObject({ activations: 0, tried: false });
    expect(ruleOf(before, 'temperature-lost')).toMatchObject({ activations: 0, tried: true, lacks: [] });
    // 0 °C is what a sensor reads that does not answer.
    const lost = await told(logOf([...rowsAt(70, 10), ...rowsAt(0, 20)]), ...RTX);
    expect(ruleOf(lost, 'temperature-lost')).toMatchObject({ activations: 1, tried: true, lacks: [] });
  });

  test('has what was assumed of a bot and a card told', async () => {
    const log = logOf(heating(70, 3));
    const { assumed } = await told(log, ...RTX);
    expect(assumed).toMatchObject([
      { what: 'bot', profile: 'rtx-4090', knobs: { model: 'yolov8m', resolution: 640 } },
      { what: 'card', profile: 'rtx-4090', knobs: { powerLimitW: 450 } },
    ]);
    expect((await told(log)).assumed[0]).toEqual({ what: 'profile', profile: 'generic-nvidia', knobs: {} });
    expect((await dryRun(log, ...RTX)).stdout).toContain(
      'Assumed, as this log does not tell it: a connected bot',
    );
  });

  test('counts nothing over a gap, and what was pending begins anew after it', async () => {
    const hot = [...rowsAt(80, 3), { temperatureC: 80, atS: 100 }, { temperatureC: 80, atS: 101 }];
    const report = await told(logOf(hot), ...RTX);
    expect(report).toMatchObject({ segments: 2, durationS: 101 });
    expect(ruleOf(report, 'cool-down')).toMatchObject({ activations: 0 });
    expect(report.knobs.powerLimitW.timeAtS).toEqual({ 450: 3 });
  });

  test('that tells frames has them known for as long as it tells them', async () => {
    const rules = rulesOf(
      'rules:\n  - { id: slow, when: { frame.intervalMs: { above: 1 } }, then: [ { alert: { severity: info, title: slow } } ], because: slow }\n',
    );
    for (const log of ['mangohud-0.8.2.csv', 'presentmon-2-seconds.csv', 'capframex.csv']) {
      const report = await told(fixture(log), ...RTX, '--rules', rules);
      expect(ruleOf(report, 'slow'), log).toMatchObject({ activations: 1, tried: true, lacks: [] });
    }
  });

  test('is decided with a profile of any card where none is named, and that is told', async () => {
    const { stderr, json } = await dryRun(logOf(heating(79, 8)), '--json');
    expect(stderr).toContain('no --profile: decided with generic-nvidia');
    expect(ruleOf(json(), 'cool-down')).toMatchObject({ activations: 1 });
  });

  test('comes to the same decisions through json-rules-engine', async () => {
    const log = logOf([...heating(79, 8), ...rowsAt(75, 5, 2), ...rowsAt(60, 20)]);
    const compiled = await told(log, ...RTX);
    expect(await told(log, ...RTX, '--engine', 'reference')).toEqual(compiled);
  });
});

describe('several logs', () => {
  test('are told one after the other', async () => {
    const logs = [logOf(heating(79, 8)), logOf(heating(70, 8))];
    const { results } = await told(...logs, ...RTX);
    expect(results.map((one: { rules: Rule[] }) => ruleOf(one, 'cool-down')?.activations)).toEqual([1, 0]);
    const { stdout, exit } = await dryRun(...logs, ...RTX);
    expect(exit).toBe(0);
    for (const log of logs) expect(stdout).toContain(`${log}\nwhat-if with profile rtx-4090`);
  });

  test('of which one cannot be run are told each by its file, and the exit code says that one was not', async () => {
    const [good, bad] = [logOf(heating(79, 8)), join(folder, 'none.csv')];
    const ran = await dryRun(bad, good, ...RTX, '--json');
    expect(ran.json().results).toMatchObject([
      { file: bad, code: 'badFile' },
      { file: good, samples: 43 },
    ]);
    expect(ran.exit).toBe(2);
    expect(ran.stderr).toContain(`evenkeel: expected a log at ${bad}`);
    expect((await dryRun(bad, good, ...RTX)).stdout).toContain(`${good}\nwhat-if with profile rtx-4090`);
    // What is wrong with the rules or the profile is not told once for each log.
    const wrong = rulesOf('rules: 3\n');
    await expect(dryRun(good, bad, '--rules', wrong)).rejects.toMatchObject({ code: 'badBook' });
    await expect(dryRun(good, bad, '--profile', 'rtx-409')).rejects.toMatchObject({ code: 'badFlag' });
  });

  test.each(['--decisions', '--html'])('are refused with %s, which is one file', async (flag) => {
    await expect(dryRun('a.csv', 'b.csv', flag, 'x')).rejects.toThrow(`expected one log with ${flag}, got 2`);
  });
});

test('a dry-run that is stopped leaves no half file of decisions', async () => {
  const decisions = join(folder, 'half.ndjson');
  const flags = { profile: 'rtx-4090', decisions, engine: 'compiled' } as const;
  let batches = 0;
  const stopCode = (): number | null => (batches++ < 1 ? null : 130);
  await expect(
    dryRunLog(logOf(heating(79, 8)), { ...flags, rules: [] }, { isDrawn: false, stopCode }),
  ).rejects.toMatchObject({ exitCode: 130 });
  expect(batches).toBe(2);
  expect(existsSync(decisions)).toBe(false);
});

test.skipIf(!existsSync('/dev/full'))('decisions that a full disk has no room for are told', async () => {
  await expect(dryRun(logOf(heating(79, 8)), ...RTX, '--decisions', '/dev/full')).rejects.toThrow(
    /^cannot write the decisions to \/dev\/full: .*ENOSPC.*; name another file$/,
  );
  expect(existsSync('/dev/full')).toBe(true);
});

test('the lines of the digest are written', async () => {
  const file = join(folder, 'decisions.ndjson');
  const report = await told(logOf(heating(79, 8)), ...RTX, '--decisions', file);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(report.decisions);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ atMs: 0, active: [] });
});

test('a table that tells how long its frames took is judged by their load, put together as for a bot', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${i * 100},${i < 20 ? 10 : 30},5`);
  const log = join(folder, 'frames.csv');
  writeFileSync(log, ['t,total,net', ...rows].join('\n'));
  const map = join(folder, 'frames.yaml');
  writeFileSync(
    map,
    'version: 1\ntime: { column: t, unit: ms }\ncolumns: { frame.totalMs: total, inference.totalMs: net }\n',
  );
  // At 60 frames a second 30 ms are 180 % of a frame's time, and 25 of them are not the network's.
  const rules = rulesOf(
    'rules:\n  - { id: late, when: { frame.loadPercent: { between: [179, 181] }, frame.otherLoadPercent: { between: [149, 151] } }, then: [ { cap: { captureFps: 30 } } ], because: late }\n',
  );
  const report = await told(log, '--map', map, '--rules', rules);
  expect(ruleOf(report, 'late')).toMatchObject({ activations: 1, tried: true, lacks: [] });
});

describe('another book over the same log', () => {
  test('is told beside the first: what comes, goes and moves, in the JSON, in words and on the page', async () => {
    const log = logOf(heating(79, 12));
    const later = rulesOf('tune: { cool-down: { for: 6s } }\n');
    const page = join(folder, 'page.html');
    const report = await told(log, ...RTX, '--against', later, '--html', page);
    expect(ruleOf(report.against, 'cool-down')).toMatchObject({ activations: 1, activeS: 6 });
    expect(report.difference).toMatchObject({ comes: 0, goes: 0, moves: 1 });
    expect(report.difference.decisions).toMatchObject([
      { kind: 'moves', knob: 'powerLimitW', byS: -3, to: 320, againstTo: 320, rule: 'cool-down' },
    ]);
    expect(report.difference.rules).toMatchObject([{ id: 'cool-down', activeS: 9, againstActiveS: 6 }]);
    expect(readFileSync(page, 'utf8')).toContain('3 s earlier');
    // The log's clock was in a zone that nobody said.
    expect(readFileSync(page, 'utf8')).toContain('; from 2026-01-02T03:04:05.000<');
    expect((await dryRun(log, ...RTX, '--against', later)).stdout).toContain(
      'moves: powerLimitW 450 → 320 by cool-down (3 s earlier)',
    );
    // The other way round what came earlier comes later.
    const turned = await told(log, ...RTX, '--rules', later, '--against', rulesOf(''));
    expect(turned.difference.decisions).toMatchObject([{ kind: 'moves', byS: 3 }]);
  });
});

test('a page that cannot be written is told with what to do', async () => {
  const page = join(folder, 'no', 'page.html');
  await expect(dryRun(logOf(heating(70, 8)), ...RTX, '--html', page)).rejects.toThrow('name another file');
});

test('a log that nobody knows is refused with what was seen', async () => {
  const path = join(folder, 'unknown.txt');
  writeFileSync(path, 'nothing of this\nis a log\n');
  await expect(dryRun(path, ...RTX)).rejects.toMatchObject({ code: 'badFile' });
});

describe.skipIf(withoutSampleLogs !== null)('the sample logs', () => {
  test('furmark fires cool-down by the margin: 8 samples in a row at 79 °C or more', async () => {
    const report = await told(sampleLog('gpu-z/furmark_perfcap.txt'), ...RTX);
    expect(ruleOf(report, 'cool-down')).toMatchObject({ activations: 1 });
    expect(ruleOf(report, 'thermal-emergency')).toMatchObject({ activations: 0 });
  });

  test('torch never passes 75.6 °C and fires thermal-emergency by what limits it', async () => {
    const report = await told(sampleLog('gpu-z/torch_thermal_perfcap2.txt'), ...RTX);
    expect(ruleOf(report, 'thermal-emergency')?.activations).toBeGreaterThan(0);
    expect(ruleOf(report, 'cool-down')).toMatchObject({ activations: 0 });
  });
});
