import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { engineOfLog } from '../../src/agent/log-evaluator.js';
import type { FactStore } from '../../src/facts/store.js';
import { compileRules } from '../../src/rules/compile.js';
import type { FactValue } from '../../src/shapes/reading.js';
import type { Condition, Rule, Signal } from '../../src/shapes/rule.js';
import { measured } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';
import { bookOf, ruleOf } from '../rules/helpers.js';
import { newStore, states, storeOf, trees } from '../rules/random-conditions.js';

const ANY = (_: string): boolean => true;
const KINDS = ['compiled', 'reference'] as const;

function conditionOf(yaml: string): { rules: readonly Rule[]; signals: readonly Signal[] } {
  return bookOf(`version: 1
rules:
  - { id: tried, when: ${yaml}, then: [ { alert: { severity: info, title: tried } } ], because: tried }
`);
}

/** The truth of a condition after each tick of facts; every tick is 10 s after the one before. */
async function truths(yaml: string, ticks: readonly Record<string, FactValue>[], mayLack = ANY) {
  const { rules, signals } = conditionOf(yaml);
  const told: (string | undefined)[] = [];
  for (const kind of KINDS) {
    const evaluator = engineOfLog(kind, signals, mayLack)(rules);
    const store = newStore();
    for (const [i, facts] of ticks.entries()) {
      store.beginTick(i * 10_000);
      store.addReadings(
        Object.fromEntries(Object.entries(facts).map(([fact, value]) => [fact, measured(value)])),
      );
      told.push((await evaluator.evaluate(store)).get('tried')?.when);
    }
  }
  // Both engines say the same.
  expect(told.slice(0, ticks.length)).toEqual(told.slice(ticks.length));
  return told.slice(0, ticks.length);
}

const HOT = { 'gpu.temperatureC': 70 };

describe('that a fact is unknown', () => {
  test('is itself unknown until the log told it, and true once it falls silent', async () => {
    expect(await truths('{ gpu.temperatureC: { known: false } }', [{}, {}, HOT, {}, HOT])).toEqual([
      'unknown',
      'unknown',
      'false',
      'true',
      'false',
    ]);
    expect(await truths('{ gpu.temperatureC: { known: true } }', [{}, HOT, {}])).toEqual([
      'unknown',
      'true',
      'false',
    ]);
    expect(await truths('{ not: { gpu.temperatureC: { known: true } } }', [{}, HOT, {}])).toEqual([
      'unknown',
      'false',
      'true',
    ]);
  });

  test('is so for what the agent makes of it, and not for what the agent knows by itself', async () => {
    expect(await truths('{ gpu.thermalMarginC: { known: false } }', [{}, HOT])).toEqual(['unknown', 'true']);
    expect(
      await truths('{ gpu.thermalMarginC: { known: false } }', [{ 'gpu.thermalMarginC': 9 }, {}]),
    ).toEqual(['false', 'true']);
    const frames = { 'frame.totalMs': 9 };
    const loadIsUnknown = '{ frame.otherLoadPercent: { known: false } }';
    expect(await truths(loadIsUnknown, [frames, { ...frames, 'inference.totalMs': 5 }])).toEqual([
      'unknown',
      'true',
    ]);
    expect(await truths('{ state.powerLimitW: { known: false } }', [{}])).toEqual(['true']);
    expect(await truths('{ limits.gpuTemperatureC: { known: false } }', [{}])).toEqual(['true']);
  });

  test('is true at once where it is not the log that would tell it', async () => {
    const onlyFrames = (fact: string): boolean => fact.startsWith('frame.');
    expect(await truths('{ gpu.temperatureC: { known: false } }', [{}], onlyFrames)).toEqual(['true']);
    expect(await truths('{ frame.loadPercent: { known: false } }', [{}], onlyFrames)).toEqual(['unknown']);
  });

  test('says what goes without a fact where the fact is compared beside it', async () => {
    const beside =
      '{ any: [ { frame.busyPercent: { known: false } }, { frame.busyPercent: { atLeast: 80 } } ] }';
    const negated =
      '{ not: { all: [ { frame.busyPercent: { known: true } }, { frame.busyPercent: { below: 80 } } ] } }';
    for (const yaml of [beside, negated])
      expect(await truths(yaml, [{}, { 'frame.busyPercent': 50 }, {}]), yaml).toEqual([
        'true',
        'false',
        'true',
      ]);
    const apart = '{ all: [ { frame.busyPercent: { known: false } }, { gpu.powerW: { above: 1 } } ] }';
    expect(await truths(apart, [{ 'gpu.powerW': 9 }])).toEqual(['unknown']);
  });
});

test('a signal is silent once its source is', async () => {
  const { rules, signals } = bookOf(`version: 1
signals: { gpu.peakPowerW: { max: gpu.powerW, over: 20s } }
rules:
  - { id: tried, when: { gpu.peakPowerW: { known: false } }, then: [ { alert: { severity: info, title: tried } } ], because: tried }
`);
  const evaluator = engineOfLog('compiled', signals, ANY)(rules);
  const store = newStore();
  store.beginTick(0);
  expect((await evaluator.evaluate(store)).get('tried')?.when).toBe('unknown');
  store.addReadings({ 'gpu.powerW': measured(9) });
  expect((await evaluator.evaluate(store)).get('tried')?.when).toBe('true');
});

describe('over random conditions', () => {
  async function truthOf(kind: (typeof KINDS)[number], when: Condition, stores: readonly FactStore[]) {
    const evaluator = engineOfLog(kind, [], ANY)([ruleOf({ when })]);
    let truth: string | undefined;
    for (const store of stores) truth = (await evaluator.evaluate(store)).get('tried')?.when;
    return truth;
  }

  test('both engines agree, and nothing known is turned round: it is as live, or unknown', async () => {
    await fc.assert(
      fc.asyncProperty(trees, states, async (when, given) => {
        const live = compileRules([ruleOf({ when })])
          .evaluate(storeOf(given))
          .get('tried')?.when;
        const compiled = await truthOf('compiled', when, [storeOf(given)]);
        expect(await truthOf('reference', when, [storeOf(given)])).toBe(compiled);
        expect([live, 'unknown']).toContain(compiled);
      }),
      { numRuns: 1_000 },
    );
  });

  test('once everything was told, a log is judged as a live run is', async () => {
    await fc.assert(
      fc.asyncProperty(trees, states, states, async (when, first, given) => {
        const all = Object.fromEntries(
          Object.entries(first).map(([fact, [, value, other]]) => [fact, ['fresh', value, other] as const]),
        ) as typeof first;
        const live = compileRules([ruleOf({ when })])
          .evaluate(storeOf(given))
          .get('tried')?.when;
        expect(await truthOf('compiled', when, [storeOf(all), storeOf(given)])).toBe(live);
      }),
      { numRuns: 1_000 },
    );
  });
});

test('the shipped rules about a silent source are blind over a log that never had it', async () => {
  const { rules, signals } = shippedBook(shippedProfile('rtx-4090'));
  const evaluator = engineOfLog('compiled', signals, ANY)(rules);
  const store = newStore();
  store.beginTick(0);
  store.addReadings({ 'gpu.powerW': measured(300) });
  store.derive('bot.connected', true);
  store.derive('bot.paused', false);
  const verdicts = await evaluator.evaluate(store);
  for (const id of ['temperature-lost', 'card-silent', 'machine-silent', 'frames-silent'])
    expect(verdicts.get(id)?.when, id).toBe('unknown');
});
