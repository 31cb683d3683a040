import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RankCounter } from '../../src/recordings/rank-counter.js';
import { LogSummary } from '../../src/recordings/summary.js';
import type { Fold } from '../../src/shapes/sample.js';
import { frames } from '../helpers/loop.js';

function foldsOf(...args: Parameters<typeof frames>): Record<string, Fold> {
  const event = frames(...args);
  return event.kind === 'frames' ? event.folds : {};
}

describe('the summary of a log', () => {
  test('has count, smallest, mean, largest and nearest-rank p95 of every number', () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(numbers, (watts) => {
        const summary = new LogSummary();
        for (const w of watts) summary.add({ 'gpu.powerW': w });
        const sorted = [...watts].sort((a, b) => a - b);
        expect(summary.facts()['gpu.powerW']).toEqual({
          n: watts.length,
          min: sorted[0],
          mean: watts.reduce((sum, w) => sum + w, 0) / watts.length,
          max: sorted.at(-1),
          p95: sorted[Math.ceil(0.95 * sorted.length) - 1],
        });
      }),
    );
  });

  test('a value that never changes has itself as its mean', () => {
    const summary = new LogSummary();
    for (let i = 0; i < 1_000; i++) summary.add({ 'gpu.memoryClockMhz': 1500.2 });
    expect(summary.facts()['gpu.memoryClockMhz']?.mean).toBe(1500.2);
  });

  test('adds up what frames were folded into', () => {
    const summary = new LogSummary();
    for (const folds of [foldsOf(9, 10, 5), foldsOf(1, 20, 5)]) summary.addFolds(folds);
    expect(summary.facts()['frame.totalMs']).toMatchObject({ n: 10, min: 10, mean: 11, max: 20 });
    expect(Math.abs((summary.facts()['frame.totalMs']?.p95 ?? 0) - 20)).toBeLessThanOrEqual(0.2);
  });

  test('leaves out words and what is unknown', () => {
    const summary = new LogSummary();
    summary.add({ 'gpu.limitedBy': 'none', 'gpu.hotSpotC': null, 'bot.paused': true });
    expect(summary.facts()).toEqual({});
  });

  test('lists facts by name', () => {
    const summary = new LogSummary();
    summary.add({ 'system.load1': 1, 'gpu.powerW': 2 });
    summary.addFolds(foldsOf(1, 10, 5));
    const names = Object.keys(summary.facts());
    expect(names).toEqual([...names].sort());
  });

  test('is exact beyond the distinct values that are counted at once, by passes over the same numbers', () => {
    // More distinct values than are kept, most of them crowded beside one far away.
    const values = Array.from({ length: 100_000 }, (_, i) => (i === 0 ? 1e9 : Math.sin(i) / 3));
    const summary = new LogSummary();
    for (const value of values) summary.add({ 'frame.intervalMs': value });
    expect(summary.facts()['frame.intervalMs']?.p95).toBeNaN();
    let passes = 0;
    while (summary.beginPass()) {
      passes++;
      for (const value of values) summary.again({ 'frame.intervalMs': value });
    }
    expect(passes).toBe(3);
    const sorted = [...values].sort((a, b) => a - b);
    expect(summary.facts()['frame.intervalMs']?.p95).toBe(sorted[Math.ceil(0.95 * sorted.length) - 1]);
  });

  test('no pass is needed where the distinct values are few', () => {
    const counter = new RankCounter(0.5);
    for (let i = 0; i < 200_000; i++) counter.add(i % 7);
    expect(counter.beginPass()).toBe(false);
    expect(counter.ranked).toBe(3);
  });
});
