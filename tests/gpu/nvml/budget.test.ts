import { expect, test } from 'vitest';
import {
  Cost,
  noteCheap,
  OBSERVER_BUDGET,
  overspender,
  recovered,
  type Spender,
} from '../../../src/gpu/nvml/budget.js';

function costOf(...readingsMs: number[]): Cost {
  const cost = new Cost();
  for (const ms of readingsMs) cost.note(ms);
  return cost;
}
const spender = (ms: number, everyMs: number, demotedMs: number | null = 5_000): Spender => ({
  cost: costOf(ms, ms, ms, ms, ms),
  everyMs,
  demotedMs,
  promotedMs: null,
  demotions: 0,
  cheapReadings: 0,
});

test('a cost is believed after a few readings, and one interruption makes no sensor dear', () => {
  expect(costOf(50, 50, 50, 50).ms).toBeUndefined();
  expect(costOf(0.1, 0.1, 80, 90, 0.1).ms).toBeCloseTo(0.1);
  expect(costOf(80, 90, 0.1, 0.1, 0.1).ms).toBeCloseTo(0.1);
  // What is cheap again is not dear for what it was.
  expect(costOf(8, 8, 8, 8, 0.1).ms).toBeCloseTo(0.1);
  expect(costOf(0.1, ...Array.from({ length: 20 }, () => 4)).ms).toBeGreaterThan(3.5);
});

test('a sensor above its share is the one to demote, and below it none is', () => {
  const [dear, cheap] = [spender(1.1, 1_000), spender(0.9, 1_000)];
  expect(overspender([cheap, dear], OBSERVER_BUDGET)).toBe(dear);
  expect(overspender([cheap, spender(1.1, 5_000)], OBSERVER_BUDGET)).toBeNull();
});

test('many that are each within their share are too much together, and the dearest goes first', () => {
  const many = Array.from({ length: 20 }, (_, i) => spender(0.6 + i / 100, 1_000));
  expect(overspender(many, OBSERVER_BUDGET)).toBe(many.at(-1));
  expect(overspender(many.slice(0, 12), OBSERVER_BUDGET)).toBeNull();
});

test('what already is as rare as can be is left', () => {
  expect(overspender([spender(100, 30_000, null)], OBSERVER_BUDGET)).toBeNull();
  expect(overspender([], OBSERVER_BUDGET)).toBeNull();
});

/** One that is read every 5 s instead of every second, after so many demotions. */
const demoted = (ms: number, demotions = 1): Spender => ({
  ...spender(ms, 5_000),
  promotedMs: 1_000,
  demotions,
});
/** How many cheap readings bring it back, and none where none do. */
function readingsUntilBack(one: Spender, others: readonly Spender[] = [], ms = 0.1): number | undefined {
  for (let readings = 1; readings <= 200; readings++) {
    one.cost.note(ms);
    noteCheap(one, OBSERVER_BUDGET);
    if (recovered([...others, one], OBSERVER_BUDGET) === one) return readings;
  }
  return undefined;
}

test('what was dear is read as before after a few cheap readings, and later each time it was dear again', () => {
  // The newest three count by their cheapest one, so the first cheap reading is seen at once.
  expect([1, 2, 3].map((demotions) => readingsUntilBack(demoted(8, demotions)))).toEqual([5, 10, 20]);
  expect([5, 9].map((demotions) => readingsUntilBack(demoted(8, demotions)))).toEqual([80, 80]);
});

test('it stays demoted while it costs half of its share or more, and while all together leave no room', () => {
  expect(readingsUntilBack(demoted(8), [], 0.6)).toBeUndefined();
  expect(readingsUntilBack(demoted(8), [], 0.4)).toBe(5);
  const many = Array.from({ length: 10 }, () => spender(0.5, 1_000));
  expect(readingsUntilBack(demoted(8), many)).toBeUndefined();
});

test('one dear reading among cheap ones is an interruption, three in a row begin the count anew', () => {
  const one = demoted(8);
  const note = (...readingsMs: number[]): void => {
    for (const ms of readingsMs) {
      one.cost.note(ms);
      noteCheap(one, OBSERVER_BUDGET);
    }
  };
  note(0.1, 0.1, 9, 0.1);
  expect(one.cheapReadings).toBe(4);
  note(9, 9, 9);
  expect(one.cheapReadings).toBe(0);
});
