import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FactStore } from '../../src/facts/store.js';
import { compileRules } from '../../src/rules/compile.js';
import { createEvaluator } from '../../src/rules/evaluate.js';
import { explainCondition } from '../../src/rules/truth.js';
import type { Truth } from '../../src/shapes/fired.js';
import type { FactValue, FactView } from '../../src/shapes/reading.js';
import type { Condition, Rule } from '../../src/shapes/rule.js';
import { ruleOf } from './helpers.js';
import { books, NOW_MS, newStore, oddViews, states, storeOf, trees } from './random-conditions.js';

/** `npm run soak` tries the long counts. */
const SOAK = process.env.EVENKEEL_SOAK !== undefined;

async function truthOf(condition: Condition, store: FactStore): Promise<Truth | undefined> {
  const verdicts = await createEvaluator([ruleOf({ when: condition })]).evaluate(store);
  return verdicts.get('tried')?.when;
}

/** What `explain` says of every rule. */
function explained(rules: readonly Rule[], facts: FactView): Map<string, unknown> {
  return new Map(
    rules.map(({ id, when, until }) => [
      id,
      {
        when: explainCondition(when, facts, NOW_MS).truth,
        until: until === null ? null : explainCondition(until, facts, NOW_MS).truth,
      },
    ]),
  );
}

describe('the engine, the compiled conditions and three-valued logic', () => {
  async function expectAgreement(rules: readonly Rule[], facts: FactView): Promise<void> {
    const expected = explained(rules, facts);
    expect(await createEvaluator(rules).evaluate(facts)).toEqual(expected);
    expect(compileRules(rules).evaluate(facts)).toEqual(expected);
  }

  test('agree on every tree of conditions over known, stale, missing, refused and unsupported facts', async () => {
    await fc.assert(
      fc.asyncProperty(trees, fc.option(trees), states, async (when, until, given) => {
        await expectAgreement([ruleOf({ when, until })], storeOf(given));
      }),
      { numRuns: SOAK ? 20_000 : 1_500 },
    );
  });

  test('agree where a value is of another type than its fact', async () => {
    await fc.assert(
      fc.asyncProperty(trees, oddViews, async (when, facts) => {
        await expectAgreement([ruleOf({ when })], facts);
      }),
      { numRuns: SOAK ? 5_000 : 600 },
    );
  });

  test('agree on whole books, whose conditions share facts and named conditions', async () => {
    await fc.assert(
      fc.asyncProperty(books, states, async (rules, given) => {
        await expectAgreement(rules, storeOf(given));
      }),
      { numRuns: 300 },
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
