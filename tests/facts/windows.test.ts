import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { mergeFolds, percentile } from '../../src/facts/sketch.js';
import { FoldWindow } from '../../src/facts/windows.js';
import { fold } from '../helpers/loop.js';

/** A window whose tick that ended at t folded the one number t. */
function filled(slots: number, ticks: number, tickMs: number): FoldWindow {
  const window = new FoldWindow(slots, true);
  for (let tick = 1; tick <= ticks; tick++) window.push(tick * tickMs, tickMs, fold([tick * tickMs]));
  return window;
}

test('adds up what lies in the span before now, and no more', () => {
  expect(filled(10, 6, 500).sums(3_000, 1_000)).toEqual({ n: 2, sum: 5_500, coveredMs: 1_000 });
});

test('is unknown while less than half of the span is covered', () => {
  const tooShort = filled(10, 1, 499);
  expect(tooShort.sums(499, 1_000)).toBeNull();
  expect(tooShort.percentile(499, 1_000, 0.95)).toBeUndefined();
  expect(filled(10, 1, 500).sums(500, 1_000)).toMatchObject({ coveredMs: 500 });
});

test('is unknown where ticks passed without a frame', () => {
  const window = new FoldWindow(10, true);
  for (const atMs of [500, 1_000, 1_500]) window.push(atMs, 500, undefined);
  expect(window.sums(1_500, 1_000)).toBeNull();
  expect(window.percentile(1_500, 1_000, 0.95)).toBeUndefined();
});

test('counts the time of ticks without a frame as covered', () => {
  const window = filled(10, 1, 500);
  window.push(1_000, 500, undefined);
  expect(window.sums(1_000, 1_000)).toMatchObject({ coveredMs: 1_000, n: 1 });
});

test('forgets the oldest ticks once its slots are used, and goes on', () => {
  const window = filled(4, 11, 500);
  expect(window.sums(5_500, 60_000)).toBeNull();
  expect(window.sums(5_500, 4_000)).toEqual({ coveredMs: 2_000, n: 4, sum: 4_000 + 4_500 + 5_000 + 5_500 });
});

test('holds nothing of before it was cleared', () => {
  const window = filled(10, 6, 500);
  window.clear();
  expect(window.sums(3_000, 1_000)).toBeNull();
  window.push(3_500, 500, fold([7]));
  expect(window.sums(3_500, 1_000)).toEqual({ coveredMs: 500, n: 1, sum: 7 });
  expect(window.percentile(3_500, 1_000, 0.5)).toBe(7);
});

test('holds the same ticks whether one came a few milliseconds early or late', () => {
  for (const shift of [-20, -3, 0, 3, 20]) {
    const window = new FoldWindow(10, false);
    window.push(1_000, 1_000, fold([1]));
    window.push(2_000 + shift, 1_000 + shift, fold([2]));
    expect(window.sums(2_000 + shift, 1_000), `${shift} ms`).toMatchObject({ n: 1, sum: 2 });
  }
});

test('holds the newest tick even when it took longer than the span', () => {
  const window = new FoldWindow(10, false);
  window.push(1_000, 1_000, fold([1]));
  window.push(3_900, 2_900, fold([2]));
  expect(window.sums(3_900, 1_000)).toEqual({ coveredMs: 2_900, n: 1, sum: 2 });
});

const TICKS = fc.array(
  fc.array(fc.float({ min: Math.fround(0.1), max: 900, noNaN: true }), { maxLength: 4 }),
  {
    minLength: 3,
    maxLength: 30,
  },
);

test.prop([TICKS, fc.double({ min: 0, max: 1, noNaN: true })])(
  'tells the percentile and the sum that the merged folds of its ticks have',
  (ticks, share) => {
    const window = new FoldWindow(10, true);
    const folds = ticks.map((values) => fold(values));
    for (const [i, one] of folds.entries()) window.push((i + 1) * 500, 500, one);
    const merged = mergeFolds(folds.slice(-4));
    const nowMs = folds.length * 500;
    const n = merged?.n ?? 0;
    expect(window.sums(nowMs, 2_000)?.n ?? 0).toBe(n);
    expect(window.sums(nowMs, 2_000)?.sum).toBe(merged?.sum);
    expect(window.percentile(nowMs, 2_000, share)).toBe(
      merged === null ? undefined : percentile(merged, share),
    );
  },
);
