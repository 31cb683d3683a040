import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FactStore } from '../../src/facts/store.js';
import { createEvaluator } from '../../src/rules/evaluate.js';
import { explainCondition } from '../../src/rules/truth.js';
import type { Truth } from '../../src/shapes/fired.js';
import type { FactValue, Readings } from '../../src/shapes/reading.js';
import type { Condition, Operand } from '../../src/shapes/rule.js';
import { TICK_MS } from '../helpers/loop.js';
import { ruleOf } from './helpers.js';

/** What NVML answers where it does not know; more digits than a number has. */
const NVML_UNKNOWN = Number('9223372036854775794');

/** Long after a reading of any tier has grown stale. */
const NOW_MS = 1_000_000;
const NUMBERS = ['gpu.powerW', 'gpu.utilizationPercent', 'frame.totalMs', 'level.goalFps'];
const CLAIMS = ['scene.combatActive', 'scene.criticalEvent', 'system.onBattery'];
const WORDS = ['gpu.limitedBy', 'state.model', 'state.bottleneck'];
/** Few values, so that equal ones meet. */
const NUMBER_VALUES = [1, 2, 30, 60];
const WORD_VALUES = ['none', 'thermal', 'power'];

function newStore(): FactStore {
  const tierMs = { frame: TICK_MS, fast: TICK_MS, slow: 5_000, rare: 30_000, tick: TICK_MS };
  return new FactStore({ tierMs, watchFrozen: false });
}

type Arrival = 'never' | 'fresh' | 'stale' | 'refused' | 'unsupported' | 'withdrawn';

/** How each fact stands at the tick: its value, or one of the ways to have none. */
const states = fc.record(
  Object.fromEntries(
    [...NUMBERS, ...CLAIMS, ...WORDS].map((fact) => [
      fact,
      fc.tuple(
        fc.oneof(
          { weight: 4, arbitrary: fc.constant<Arrival>('fresh') },
          {
            weight: 3,
            arbitrary: fc.constantFrom<Arrival>('never', 'stale', 'refused', 'unsupported', 'withdrawn'),
          },
        ),
        valuesOf(fact),
        fc.constantFrom<FactValue>('12', true, -1, Number.NaN, NVML_UNKNOWN, 1, 'nonsense'),
      ),
    ]),
  ),
);

function valuesOf(fact: string): fc.Arbitrary<FactValue> {
  if (NUMBERS.includes(fact)) return fc.constantFrom(...NUMBER_VALUES);
  return CLAIMS.includes(fact) ? fc.boolean() : fc.constantFrom(...WORD_VALUES);
}

function storeOf(given: Record<string, [Arrival, FactValue, FactValue]>): FactStore {
  const store = newStore();
  const early: Readings = {};
  const now: Readings = {};
  for (const [fact, [arrival, value, garbage]] of Object.entries(given)) {
    if (arrival === 'fresh') now[fact] = [value, 'measured', 0];
    if (arrival === 'stale') early[fact] = [value, 'measured', 0];
    if (arrival === 'refused') now[fact] = [garbage, 'measured', 0];
    if (arrival === 'unsupported') now[fact] = [null, 'unsupported', 0, 'no sensor for it'];
    if (arrival === 'withdrawn') now[fact] = [value, 'missing', 0];
  }
  store.beginTick(0);
  store.addReadings(early);
  store.beginTick(NOW_MS);
  store.addReadings(now);
  return store;
}

function leafOf(fact: string): fc.Arbitrary<Condition> {
  const value = valuesOf(fact);
  const sameType = [NUMBERS, CLAIMS, WORDS].find((facts) => facts.includes(fact)) ?? [];
  const isNumber = NUMBERS.includes(fact);
  const scaled = fc.record({
    fact: fc.constantFrom(...sameType),
    times: isNumber ? fc.constantFrom(1, 1, 2, 0.5, 0, -1) : fc.constant(1),
    plus: isNumber ? fc.constantFrom(0, 0, 1, -30) : fc.constant(0),
  });
  const right: fc.Arbitrary<Operand> = fc.oneof(
    value.map((literal) => ({ literal })),
    scaled,
  );
  const common = [
    fc.record({ op: fc.constantFrom('is' as const, 'isNot' as const), fact: fc.constant(fact), right }),
    fc.record({
      op: fc.constantFrom('oneOf' as const, 'noneOf' as const),
      fact: fc.constant(fact),
      values: fc.array(value, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ op: fc.constant('known' as const), fact: fc.constant(fact), known: fc.boolean() }),
  ];
  if (!isNumber) return fc.oneof(...common);
  const order = fc.record({
    op: fc.constantFrom('above' as const, 'atLeast' as const, 'below' as const, 'atMost' as const),
    fact: fc.constant(fact),
    right,
  });
  const between = fc
    .tuple(fc.constantFrom(...NUMBER_VALUES), fc.constantFrom(...NUMBER_VALUES))
    .map(([a, b]): Condition => ({ op: 'between', fact, low: Math.min(a, b), high: Math.max(a, b) }));
  return fc.oneof(...common, order, order, between);
}

const trees: fc.Arbitrary<Condition> = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...NUMBERS, ...CLAIMS, ...WORDS).chain(leafOf),
    fc.record({
      op: fc.constantFrom('all' as const, 'any' as const),
      children: fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({ op: fc.constant('not' as const), child: tie('tree') }),
    fc.record({ op: fc.constant('ref' as const), name: fc.constant('named'), child: tie('tree') }),
  ),
})).tree;

async function truthOf(condition: Condition, store: FactStore): Promise<Truth | undefined> {
  const verdicts = await createEvaluator([ruleOf({ when: condition })]).evaluate(store);
  return verdicts.get('tried')?.when;
}

describe('the engine and three-valued logic', () => {
  test('agree on every tree of conditions over known, stale, missing, refused and unsupported facts', async () => {
    await fc.assert(
      fc.asyncProperty(trees, fc.option(trees), states, async (when, until, given) => {
        const store = storeOf(given);
        const verdicts = await createEvaluator([ruleOf({ when, until })]).evaluate(store);
        expect(verdicts.get('tried')).toEqual({
          when: explainCondition(when, store, NOW_MS).truth,
          until: until === null ? null : explainCondition(until, store, NOW_MS).truth,
        });
      }),
      { numRuns: 3_000 },
    );
  });

  test('agree on many rules in one engine, whose conditions share facts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(trees, { minLength: 2, maxLength: 12 }),
        states,
        async (conditions, given) => {
          const store = storeOf(given);
          const rules = conditions.map((when, i) => ruleOf({ id: `rule-${i}`, when }));
          const verdicts = await createEvaluator(rules).evaluate(store);
          expect(rules.map((rule) => verdicts.get(rule.id)?.when)).toEqual(
            conditions.map((when) => explainCondition(when, store, NOW_MS).truth),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  test('negation of a truth is its opposite, and of unknown unknown', async () => {
    const opposite = { true: 'false', false: 'true', unknown: 'unknown' } as const;
    await fc.assert(
      fc.asyncProperty(trees, states, async (condition, given) => {
        const store = storeOf(given);
        const truth = (await truthOf(condition, store)) ?? 'unknown';
        expect(await truthOf({ op: 'not', child: condition }, store)).toBe(opposite[truth]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('one comparison', () => {
  const power = (value: FactValue): FactStore => {
    const store = newStore();
    store.beginTick(0);
    store.addReadings({ 'gpu.powerW': [value, 'measured', 0] });
    return store;
  };
  const order = (op: 'above' | 'atLeast' | 'below' | 'atMost'): Condition => ({
    op,
    fact: 'gpu.powerW',
    right: { literal: 200 },
  });

  test.each([
    ['above', 200, 'false'],
    ['atLeast', 200, 'true'],
    ['below', 200, 'false'],
    ['atMost', 200, 'true'],
    ['above', 201, 'true'],
    ['below', 199, 'true'],
  ] as const)('"%s 200" of %d W is %s', async (op, value, truth) => {
    expect(await truthOf(order(op), power(value))).toBe(truth);
    expect(explainCondition(order(op), power(value), 0).truth).toBe(truth);
  });

  test.each([
    [60, 'true'],
    [80, 'true'],
    [59.9, 'false'],
    [80.1, 'false'],
  ] as const)('"between [60, 80]" has both ends in: %d is %s', async (value, truth) => {
    const between: Condition = { op: 'between', fact: 'gpu.powerW', low: 60, high: 80 };
    expect(await truthOf(between, power(value))).toBe(truth);
  });

  test('with an unknown right side is unknown, also where it asks for difference', async () => {
    const right = { fact: 'gpu.powerLimitW', times: 0.9, plus: 0 };
    for (const op of ['isNot', 'is', 'above', 'atMost'] as const) {
      const condition: Condition = { op, fact: 'gpu.powerW', right };
      expect(await truthOf(condition, power(200))).toBe('unknown');
    }
  });

  test('of two facts that are both missing is unknown', async () => {
    const condition: Condition = {
      op: 'is',
      fact: 'gpu.powerW',
      right: { fact: 'gpu.powerLimitW', times: 1, plus: 0 },
    };
    expect(await truthOf(condition, newStore())).toBe('unknown');
  });

  test('with another fact times a number plus a number follows both facts', async () => {
    const store = power(180);
    store.addReadings({ 'gpu.powerLimitW': [200, 'measured', 0] });
    const nearLimit: Condition = {
      op: 'atLeast',
      fact: 'gpu.powerW',
      right: { fact: 'gpu.powerLimitW', times: 0.8, plus: 20 },
    };
    expect(await truthOf(nearLimit, store)).toBe('true');
    store.addReadings({ 'gpu.powerLimitW': [201, 'measured', 0] });
    expect(await truthOf(nearLimit, store)).toBe('false');
  });

  test('tells thresholds apart that differ in what is added only', async () => {
    const store = power(200);
    store.addReadings({ 'gpu.powerLimitW': [100, 'measured', 0] });
    const twicePlus = (plus: number): Condition => ({
      op: 'above',
      fact: 'gpu.powerW',
      right: { fact: 'gpu.powerLimitW', times: 2, plus },
    });
    expect(await truthOf({ op: 'all', children: [twicePlus(-1), twicePlus(-2)] }, store)).toBe('true');
    expect(await truthOf({ op: 'any', children: [twicePlus(1), twicePlus(2)] }, store)).toBe('false');
    expect(await truthOf({ op: 'all', children: [twicePlus(-1), twicePlus(1)] }, store)).toBe('false');
  });

  test('"known" is true or false of a fact that was never heard of', async () => {
    expect(await truthOf({ op: 'known', fact: 'gpu.powerW', known: false }, newStore())).toBe('true');
    expect(await truthOf({ op: 'known', fact: 'gpu.powerW', known: true }, newStore())).toBe('false');
  });
});

test('refuses a second evaluation while the first still runs, and runs again afterwards', async () => {
  const evaluator = createEvaluator([ruleOf({ when: { op: 'known', fact: 'gpu.powerW', known: false } })]);
  const store = newStore();
  const first = evaluator.evaluate(store);
  await expect(evaluator.evaluate(store)).rejects.toThrow(
    'expected one evaluation at a time, got a second one while the first still runs',
  );
  expect((await first).get('tried')).toEqual({ when: 'true', until: null });
  expect((await evaluator.evaluate(store)).get('tried')).toEqual({ when: 'true', until: null });
});

test('gives the same verdicts when it is asked again', async () => {
  await fc.assert(
    fc.asyncProperty(trees, states, async (when, given) => {
      const store = storeOf(given);
      const evaluator = createEvaluator([ruleOf({ when })]);
      const first = await evaluator.evaluate(store);
      expect(await evaluator.evaluate(store)).toEqual(first);
    }),
    { numRuns: 100 },
  );
});
