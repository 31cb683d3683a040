import { expect, test } from 'vitest';
import { findPython } from '../../bench/parts/python.js';
import { registerBench } from '../../src/commands/bench.js';
import { meetsBar } from '../../src/commands/bench-table.js';
import type { Bench, BenchResult, Effort } from '../../src/shapes/bench.js';
import { lastLine, runCli } from '../helpers/cli.js';
import { hasStandIn } from '../helpers/nvml-standin.js';
import { runCommand } from './fake-io.js';

const RESULT: BenchResult = {
  name: 'first/p99',
  figure: 4,
  unit: 'ms',
  against: null,
  ratio: null,
  bar: { of: 'figure', atMost: 5 },
  runs: [4, 6],
};

const efforts: Effort[] = [];
const measureAs = (name: string, results: BenchResult[]): Bench => ({
  name,
  takesS: 3,
  measure: async (effort) => {
    efforts.push(effort);
    return results;
  },
});
const BENCHES = [
  measureAs('first', [RESULT]),
  measureAs('second', [
    { ...RESULT, name: 'second', against: 'another', ratio: 90, bar: { of: 'ratio', atLeast: 100 } },
  ]),
];
const bench = (...args: string[]): ReturnType<typeof runCommand> =>
  runCommand((program, io) => registerBench(program, io, async () => BENCHES), ['bench', ...args]);

test('without a name everything is measured, at full effort, with the machine beside it', async () => {
  efforts.length = 0;
  const ran = await bench('--json');
  expect(ran.exit).toBe(0);
  const { machine, results } = ran.json();
  expect(Object.keys(machine)).toEqual(['cpu', 'cores', 'memoryGib', 'os', 'node', 'load1']);
  expect(results.map(({ name }: BenchResult) => name)).toEqual(['first/p99', 'second']);
  expect(results[0]).toEqual(RESULT);
  expect(efforts.map(({ runs, count }) => [runs, count(200)])).toEqual([
    [5, 200],
    [5, 200],
  ]);
});

test('a name measures that alone, and progress goes to standard error', async () => {
  const ran = await bench('second', '--json');
  expect(ran.json().results).toHaveLength(1);
  expect(ran.stderr).toBe('evenkeel: second (1 of 1), about 3 s\n');
});

test('the table says of each figure whether its bar was met', async () => {
  const lines = (await bench()).stdout.trimEnd().split('\n');
  const rows = lines.slice(-3).map((line) => line.split(/ {2,}/));
  expect(rows).toEqual([
    ['name', 'figure', 'ratio', 'time of the other over this', 'bar', 'runs'],
    ['first/p99', '4 ms', 'at most 5 ms: met', '4 6'],
    ['second', '4 ms', '90 ×', 'another', 'at least 100 ×: MISSED', '4 6'],
  ]);
});

test('a bar holds the figure or the ratio, at its edge too', () => {
  expect(meetsBar({ ...RESULT, figure: 5 })).toBe(true);
  expect(meetsBar({ ...RESULT, figure: 5.1 })).toBe(false);
  expect(meetsBar({ ...RESULT, ratio: 100, bar: { of: 'ratio', atLeast: 100 } })).toBe(true);
  expect(meetsBar({ ...RESULT, figure: 99, bar: null })).toBe(true);
});

test('an unknown name is told with the nearest one, and nothing is measured', async () => {
  efforts.length = 0;
  await expect(bench('first', 'secnd')).rejects.toMatchObject({
    code: 'unknownName',
    message: 'no measurement is named "secnd", did you mean "second"?; expected first, second',
  });
  expect(efforts).toEqual([]);
});

test('what this machine lacks the means for is told and left out', async () => {
  const lacking: Bench = { ...measureAs('third', [RESULT]), lacks: () => 'there is no card' };
  const ran = await runCommand(
    (program, io) => registerBench(program, io, async () => [lacking, ...BENCHES]),
    ['bench', '--json'],
  );
  expect(ran.json().results.map(({ name }: BenchResult) => name)).toEqual(['first/p99', 'second']);
  expect(ran.stderr).toContain('evenkeel: third is not measured here: there is no card\n');
});

const ON_A_CARD = [
  'nvml-sample/child-p50',
  'nvml-sample/child-p99',
  'nvml-sample/in-process-p50',
  'agent-cost/1-hz-cpu',
  'agent-cost/1-hz-memory',
  'agent-cost/10-hz-cpu',
  'agent-cost/10-hz-memory',
];

const WITH_PYTHON = [
  'sdk-python/connected-p50',
  'sdk-python/connected-p99',
  'sdk-python/disconnected-p50',
  'sdk-python/disconnected-p99',
  'sdk-python/stalled-p50',
  'sdk-python/stalled-p99',
  'sdk-python/rested-p50',
  'sdk-python/rested-p99',
  'sdk-python/slowdown',
  'sdk-python/slowdown-low',
  'sdk-python/slowdown-high',
  'sdk-python/slowdown-cpu',
];

/** All of them take a minute: `npm run soak` measures the dear ones too. */
const isLong = process.env.EVENKEEL_SOAK === '1';
const CHEAP = ['tick-100-rules', 'compiled-tick', 'recording', 'ingest', 'validate'];
const FIGURES = [
  'tick-100-rules/p50',
  'tick-100-rules/p99',
  'compiled-conditions',
  'compiled-tick',
  'recording/tick',
  'recording/hour',
  'recording/hour-compressed',
  'recording/compress-lag',
  'ingest',
  'ingest/lost',
  'ingest/overload-lost-uncounted',
  'save-to-live/p50',
  'save-to-live/p99',
  'save-to-live/loop-lag-p99',
  'save-to-live/with-tests-p50',
  'save-to-live/with-tests-p99',
  'validate',
  'dry-run-day',
  'dry-run-day/rss',
  ...(hasStandIn() ? ON_A_CARD : []),
  ...['connected-p50', 'connected-p99', 'connected-with-sending'].map((name) => `sdk-typescript/${name}`),
  ...['disconnected-p50', 'disconnected-p99', 'stalled-p50', 'stalled-p99'].map(
    (name) => `sdk-typescript/${name}`,
  ),
  ...['slowdown', 'slowdown-low', 'slowdown-high', 'agent-cpu'].map((name) => `frame-loop/${name}`),
  ...(typeof findPython() === 'string' ? [] : WITH_PYTHON),
];

test('the program measures the figures of bench/', async () => {
  const { code, stdout, stderr } = await runCli(['bench', ...(isLong ? [] : CHEAP), '--quick', '--json']);
  expect(code, stderr).toBe(0);
  const { results } = lastLine(stdout) as unknown as { results: BenchResult[] };
  const isMeasured = (figure: string): boolean => isLong || CHEAP.includes(figure.split('/')[0] ?? '');
  expect(results.map(({ name }) => name)).toEqual(FIGURES.filter(isMeasured));
  for (const { name, figure, runs } of results) {
    // An agent that was not late at all, or lost nothing, is none the worse for it, and a short run may be too short to
    // cost a clock tick.
    const least = /slowdown/.test(name) ? -100 : /lag|cpu|sending|lost/.test(name) ? 0 : Number.MIN_VALUE;
    expect(figure).toBeGreaterThanOrEqual(least);
    expect(runs).toHaveLength(1);
  }
}, 180_000);

test('an unknown measurement ends the program with 2', async () => {
  const { code, stderr } = await runCli(['bench', 'validat']);
  expect(code).toBe(2);
  expect(stderr).toContain('did you mean "validate"?');
});
