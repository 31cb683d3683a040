import { expect, test } from 'vitest';
import { Cost, OBSERVER_BUDGET, overspender, type Spender } from '../../../src/gpu/nvml/budget.js';

function costOf(...readingsMs: number[]): Cost {
  const cost = new Cost();
  for (const ms of readingsMs) cost.note(ms);
  return cost;
}
const spender = (ms: number, everyMs: number, demotedMs: number | null = 5_000): Spender => ({
  cost: costOf(ms, ms, ms, ms, ms),
  everyMs,
  demotedMs,
});

test('a cost is believed after a few readings, and one interruption makes no sensor dear', () => {
  expect(costOf(50, 50, 50, 50).ms).toBeUndefined();
  expect(costOf(0.1, 0.1, 80, 90, 0.1).ms).toBeCloseTo(0.1);
  expect(costOf(80, 90, 0.1, 0.1, 0.1).ms).toBeCloseTo(0.1);
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
