import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countAtMost, Folder, mergeFolds, percentile, RELATIVE_ERROR } from '../../src/facts/sketch.js';
import type { Fold } from '../../src/shapes/sample.js';
import { fold } from '../helpers/loop.js';

/** From below what a bucket can tell apart to far more than a fact can be. */
const values = fc.array(
  fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 200 }),
    fc.double({ min: 0, max: 100, noNaN: true }),
    fc.double({ min: 0, max: 1e12, noNaN: true }),
  ),
  { minLength: 1, maxLength: 200 },
);
const shares = fc.oneof(fc.constantFrom(0, 0.5, 0.95, 0.99, 1), fc.double({ min: 0, max: 1, noNaN: true }));
/** Below this a value counts as zero. */
const NOTHING = 1e-4;

function nearestRank(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? Number.NaN;
}

function throughJson(one: Fold): Fold {
  return JSON.parse(JSON.stringify(one)) as Fold;
}

describe('a fold', () => {
  test('of folds is that of all their numbers, but for how the sum is rounded', () => {
    fc.assert(
      fc.property(fc.array(values, { maxLength: 4 }), (parts) => {
        const folder = new Folder();
        for (const part of [...parts, []]) folder.addFold(fold(part));
        const { sum, ...rest } = folder.fold();
        const { sum: expected, ...wanted } = fold(parts.flat());
        expect(rest).toEqual(wanted);
        expect(Math.abs(sum - expected)).toBeLessThanOrEqual(1e-9 * expected);
      }),
    );
  });

  test('keeps count, sum, smallest and largest exactly', () => {
    fc.assert(
      fc.property(values, (numbers) => {
        const { n, sum, min, max } = fold(numbers);
        expect({ n, sum, min, max }).toEqual({
          n: numbers.length,
          sum: numbers.reduce((total, one) => total + one, 0),
          min: Math.min(...numbers),
          max: Math.max(...numbers),
        });
      }),
    );
  });

  test('gives every percentile to 1 % of the exact nearest rank', () => {
    fc.assert(
      fc.property(values, shares, (numbers, share) => {
        const exact = nearestRank(numbers, share);
        const error = Math.abs(percentile(fold(numbers), share) - exact);
        expect(error).toBeLessThanOrEqual(exact * RELATIVE_ERROR * (1 + 1e-9) + NOTHING);
      }),
      { numRuns: 1_000 },
    );
  });

  test('gives the exact value where all numbers are the same', () => {
    expect(percentile(fold([16.7, 16.7, 16.7]), 0.95)).toBe(16.7);
  });

  test('gives the same percentiles to the bit after it was written and read', () => {
    fc.assert(
      fc.property(values, shares, (numbers, share) => {
        const before = fold(numbers);
        const after = throughJson(before);
        expect(after).toEqual(before);
        expect(percentile(after, share)).toBe(percentile(before, share));
      }),
    );
  });

  test('counts what is at most a limit to the width of one bucket', () => {
    const width = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
    fc.assert(
      fc.property(
        values,
        fc.oneof(fc.double({ min: 0, max: 250, noNaN: true }), fc.constant(1e13)),
        (numbers, limit) => {
          const exact = (upTo: number): number => numbers.filter((one) => one <= upTo).length;
          const counted = countAtMost(fold(numbers), limit);
          expect(counted).toBeGreaterThanOrEqual(exact(limit / width));
          expect(counted).toBeLessThanOrEqual(exact(Math.max(NOTHING, limit * width)));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('counts nothing below its smallest value and everything from its largest on', () => {
    // A number near the upper end of its bucket, whose middle lies below it.
    const number = ((1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)) ** 116 * 0.9999;
    expect(countAtMost(fold([number, number]), number * 0.995)).toBe(0);
    expect(countAtMost(fold([number, number]), number)).toBe(2);
  });

  test('holds no bucket that is empty', () => {
    const { buckets } = fold([1, 1, 1000]);
    expect(buckets).toHaveLength(4);
    expect([buckets[1], buckets[3]]).toEqual([2, 1]);
  });
});

describe('folds merged', () => {
  test('are what folding all of their numbers gives', () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 8 }), shares, (parts, share) => {
        const merged = mergeFolds(parts.map(fold));
        const all = fold(parts.flat());
        expect({ ...merged, sum: 0 }).toEqual({ ...all, sum: 0 });
        // Sums of fractions round differently in another order.
        expect(Math.abs((merged?.sum ?? Number.NaN) - all.sum)).toBeLessThanOrEqual(1e-12 * all.sum);
        expect(merged === null ? null : percentile(merged, share)).toBe(percentile(all, share));
      }),
    );
  });

  test('sum whole numbers exactly', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 1 }), { minLength: 1 }),
        (parts) => {
          expect(mergeFolds(parts.map(fold))?.sum).toBe(parts.flat().reduce((total, one) => total + one, 0));
        },
      ),
    );
  });

  test('are the same whether the parts came from memory or from a recording', () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 5 }), (parts) => {
        const folds = parts.map(fold);
        expect(mergeFolds(folds.map(throughJson))).toEqual(mergeFolds(folds));
      }),
    );
  });

  test('are nothing where there are none, or only empty ones', () => {
    const empty = new Folder().take();
    expect(mergeFolds([])).toBeNull();
    expect(mergeFolds([empty, empty])).toBeNull();
    expect(mergeFolds([empty, fold([3])])).toEqual(fold([3]));
  });

  test('leave their parts as they were', () => {
    const part = fold([1, 2]);
    const before = structuredClone(part);
    mergeFolds([part, fold([3])]);
    expect(part).toEqual(before);
  });
});

test('a folder begins anew once its fold was taken', () => {
  const folder = new Folder();
  folder.add(5);
  expect(folder.fold()).toEqual(fold([5]));
  expect(folder.take()).toEqual(fold([5]));
  folder.add(7);
  expect(folder.take()).toEqual(fold([7]));
});
