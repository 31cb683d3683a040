import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecordingSummary } from '../../src/recordings/summary.js';
import { frames, measured } from '../helpers/loop.js';
import { sampleAt } from './helpers.js';

describe('the summary of a recording', () => {
  test('has count, smallest, mean, largest and nearest-rank p95 of every number', () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(numbers, (watts) => {
        const summary = new RecordingSummary();
        for (const [i, w] of watts.entries())
          summary.add(sampleAt(i * 500, { readings: { 'gpu.powerW': measured(w) } }));
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

  test('adds up what frames were folded into', () => {
    const summary = new RecordingSummary();
    summary.add(sampleAt(500, { events: [frames(9, 10, 5)] }));
    summary.add(sampleAt(1_000, { events: [frames(1, 20, 5)] }));
    expect(summary.facts()['frame.totalMs']).toMatchObject({ n: 10, min: 10, mean: 11, max: 20 });
    expect(Math.abs((summary.facts()['frame.totalMs']?.p95 ?? 0) - 20)).toBeLessThanOrEqual(0.2);
  });

  test('counts samples and their times, and leaves out words and what is unknown', () => {
    const summary = new RecordingSummary();
    const readings = {
      'gpu.limitedBy': measured('none'),
      'gpu.hotSpotC': [null, 'missing', 0, 'none'],
    } as const;
    summary.add(sampleAt(500, { readings: { ...readings, 'gpu.hotSpotC': [null, 'missing', 0, 'none'] } }));
    summary.add(sampleAt(1_500));
    expect(summary).toMatchObject({
      samples: 2,
      firstMs: 500,
      lastMs: 1_500,
      startWallMs: 1_700_000_000_500,
    });
    expect(summary.facts()).toEqual({});
  });

  test('lists facts by name', () => {
    const summary = new RecordingSummary();
    summary.add(
      sampleAt(1, {
        readings: { 'system.load1': measured(1), 'gpu.powerW': measured(2) },
        events: [frames(1, 10, 5)],
      }),
    );
    const names = Object.keys(summary.facts());
    expect(names).toEqual([...names].sort());
  });
});
