import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileRules } from '../../src/rules/compile.js';
import { MEANINGS, type Meanings } from '../../src/rules/meanings.js';
import { explainCondition } from '../../src/rules/truth.js';
import type { FactView } from '../../src/shapes/reading.js';
import type { Condition } from '../../src/shapes/rule.js';
import { ruleOf } from './helpers.js';
import { NOW_MS, newStore, oddViews, states, storeOf, trees } from './random-conditions.js';

const power = (op: 'above' | 'below', literal: number): Condition => ({
  op,
  fact: 'gpu.powerW',
  right: { literal },
});

describe('compiled rules', () => {
  test('evaluate at once, and again with the facts of the next tick', () => {
    const compiled = compileRules([
      ruleOf({ when: { op: 'ref', name: 'busy', child: power('above', 100) }, until: power('below', 50) }),
    ]);
    const store = newStore();
    const verdictAt = (atMs: number, watts: number): unknown => {
      store.beginTick(atMs);
      store.addReadings({ 'gpu.powerW': [watts, 'measured', 0] });
      return compiled.evaluate(store).get('tried');
    };
    expect(compiled.evaluate(store).get('tried')).toEqual({ when: 'unknown', until: 'unknown' });
    expect(verdictAt(500, 120)).toEqual({ when: 'true', until: 'false' });
    expect(verdictAt(1_000, 20)).toEqual({ when: 'false', until: 'true' });
  });

  test('evaluate a named condition once a tick, however many rules refer to it', () => {
    let compared = 0;
    const counting: Meanings = {
      ...MEANINGS,
      above(left, right) {
        compared++;
        return left > right;
      },
    };
    const when: Condition = { op: 'ref', name: 'busy', child: power('above', 100) };
    const rules = Array.from({ length: 20 }, (_, i) => ruleOf({ id: `rule-${i}`, when }));
    const compiled = compileRules(rules, counting);
    const store = newStore();
    store.addReadings({ 'gpu.powerW': [120, 'measured', 0] });
    for (let tick = 1; tick <= 3; tick++) {
      const verdicts = [...compiled.evaluate(store).values()];
      expect(verdicts.every(({ when }) => when === 'true')).toBe(true);
      expect(compared).toBe(tick);
    }
  });

  test('read each fact once a tick, however many conditions look at it', () => {
    const read: string[] = [];
    const store = newStore();
    const facts: FactView = {
      known(fact) {
        read.push(fact);
        return store.known(fact);
      },
      number: (fact) => store.number(fact),
      reading: (fact) => store.reading(fact),
    };
    const scaled: Condition = {
      op: 'atLeast',
      fact: 'gpu.powerLimitW',
      right: { fact: 'gpu.powerW', times: 2, plus: 1 },
    };
    const children = [power('above', 1), power('below', 9), scaled];
    compileRules([ruleOf({ when: { op: 'all', children }, until: scaled })]).evaluate(facts);
    expect(read).toEqual(['gpu.powerW', 'gpu.powerLimitW']);
  });
});

/** Whether the compiled conditions, with these meanings, say of every case what three-valued logic says. */
function agreement(meanings: Meanings): fc.IProperty<[Condition, FactView]> {
  const facts = fc.oneof(states.map(storeOf), oddViews);
  return fc.property(trees, facts, (when, view) => {
    const verdict = compileRules([ruleOf({ when })], meanings)
      .evaluate(view)
      .get('tried');
    return verdict?.when === explainCondition(when, view, NOW_MS).truth;
  });
}

/** As many as one run of the tests compares; always the same ones, so that what is found once is found always. */
const CASES = { numRuns: 5_000, seed: 20_260_131 };

describe('a mistake in what an operator means', () => {
  const mistakes: Record<string, Partial<Meanings>> = {
    '"above" lets the threshold itself in': { above: (left, right) => left >= right },
    '"atLeast" leaves the threshold out': { atLeast: (left, right) => left > right },
    '"below" lets the threshold itself in': { below: (left, right) => left <= right },
    '"atMost" leaves the threshold out': { atMost: (left, right) => left < right },
    '"above" and "below" are swapped': { above: MEANINGS.below, below: MEANINGS.above },
    '"is" takes a text for its number': { is: (left, right) => String(left) === String(right) },
    '"is" takes true for 1': { is: (left, right) => Number(left) === Number(right) || left === right },
    '"isNot" means the same as "is"': { isNot: MEANINGS.is },
    '"oneOf" looks at the first value only': { oneOf: (left, values) => left === values[0] },
    '"noneOf" looks at the first value only': { noneOf: (left, values) => left !== values[0] },
    '"noneOf" means the same as "oneOf"': { noneOf: MEANINGS.oneOf },
    '"between" leaves its lower end out': { between: (left, low, high) => left > low && left <= high },
    '"between" leaves its upper end out': { between: (left, low, high) => left >= low && left < high },
    '"known: false" means the same as "known: true"': { known: (value) => value !== undefined },
    'a missing fact is compared all the same': { isThere: (_): _ is never => true },
    'a missing number is compared all the same': { isNumber: (_): _ is never => true },
    'a text is ordered as a number would be': { isNumber: (value): value is never => value !== undefined },
    'times and plus are swapped': { scale: (value, times, plus) => value * plus + times },
    'plus is added before times': { scale: (value, times, plus) => (value + plus) * times },
    'plus is forgotten': { scale: (value, times) => value * times },
    '"not" of unknown is true': { not: (degree) => (degree === 1 ? 2 : MEANINGS.not(degree)) },
    '"not" of unknown is false': { not: (degree) => (degree === 1 ? 0 : MEANINGS.not(degree)) },
    'unknown counts as false in "any"': { any: (a, b) => (a === 2 || b === 2 ? 2 : 0) },
    'unknown outweighs true in "any"': { any: (a, b) => (a === 1 || b === 1 ? 1 : MEANINGS.any(a, b)) },
    'unknown counts as true in "all"': { all: (a, b) => (a === 0 || b === 0 ? 0 : 2) },
    'unknown outweighs false in "all"': { all: (a, b) => (a === 1 || b === 1 ? 1 : MEANINGS.all(a, b)) },
  };

  test.each(Object.entries(mistakes))('is found: %s', (_, mistake) => {
    expect(fc.check(agreement({ ...MEANINGS, ...mistake }), CASES).failed).toBe(true);
  });

  test('is not found where there is none', () => {
    expect(fc.check(agreement(MEANINGS), CASES).failed).toBe(false);
  });
});
