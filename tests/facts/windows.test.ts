import { expect, test } from 'vitest';
import { FoldWindow } from '../../src/facts/windows.js';
import { fold } from '../helpers/loop.js';

/** A window whose tick that ended at t folded the one number t. */
function filled(slots: number, ticks: number, tickMs: number): FoldWindow {
  const window = new FoldWindow(slots);
  for (let tick = 1; tick <= ticks; tick++) window.push(tick * tickMs, tickMs, fold([tick * tickMs]));
  return window;
}

test('folds what lies in the span before now, and no more', () => {
  const over = filled(10, 6, 500).over(3_000, 1_000);
  expect(over).toMatchObject({ coveredMs: 1_000, fold: { n: 2, min: 2_500, max: 3_000 } });
});

test('is unknown while less than half of the span is covered', () => {
  expect(filled(10, 1, 499).over(499, 1_000)).toBeNull();
  expect(filled(10, 1, 500).over(500, 1_000)).toMatchObject({ coveredMs: 500 });
});

test('is unknown where ticks passed without a frame', () => {
  const window = new FoldWindow(10);
  for (const atMs of [500, 1_000, 1_500]) window.push(atMs, 500, undefined);
  expect(window.over(1_500, 1_000)).toBeNull();
});

test('counts the time of ticks without a frame as covered', () => {
  const window = filled(10, 1, 500);
  window.push(1_000, 500, undefined);
  expect(window.over(1_000, 1_000)).toMatchObject({ coveredMs: 1_000, fold: { n: 1 } });
});

test('forgets the oldest ticks once its slots are used, and goes on', () => {
  const window = filled(4, 11, 500);
  expect(window.over(5_500, 60_000)).toBeNull();
  expect(window.over(5_500, 4_000)).toMatchObject({
    coveredMs: 2_000,
    fold: { n: 4, min: 4_000, max: 5_500 },
  });
});

test('holds nothing of before it was cleared', () => {
  const window = filled(10, 6, 500);
  window.clear();
  expect(window.over(3_000, 1_000)).toBeNull();
  window.push(3_500, 500, fold([7]));
  expect(window.over(3_500, 1_000)).toMatchObject({ coveredMs: 500, fold: { n: 1, min: 7, max: 7 } });
});

test('holds the same ticks whether one came a few milliseconds early or late', () => {
  for (const shift of [-20, -3, 0, 3, 20]) {
    const window = new FoldWindow(10);
    window.push(1_000, 1_000, fold([1]));
    window.push(2_000 + shift, 1_000 + shift, fold([2]));
    expect(window.over(2_000 + shift, 1_000)?.fold, `${shift} ms`).toMatchObject({ n: 1, min: 2 });
  }
});

test('holds the newest tick even when it took longer than the span', () => {
  const window = new FoldWindow(10);
  window.push(1_000, 1_000, fold([1]));
  window.push(3_900, 2_900, fold([2]));
  expect(window.over(3_900, 1_000)).toMatchObject({ coveredMs: 2_900, fold: { n: 1, min: 2 } });
});
