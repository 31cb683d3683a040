import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { Detection } from '../../src/models/decode.js';
import { overlap, suppress } from '../../src/models/nms.js';

const box: fc.Arbitrary<Detection> = fc
  .record({
    x: fc.integer({ min: 0, max: 50 }),
    y: fc.integer({ min: 0, max: 50 }),
    width: fc.integer({ min: 0, max: 40 }),
    height: fc.integer({ min: 0, max: 40 }),
    score: fc.integer({ min: 0, max: 20 }).map((part) => part / 20),
    classId: fc.integer({ min: 0, max: 2 }),
  })
  .map(({ x, y, width, height, score, classId }) => ({
    x1: x,
    y1: y,
    x2: x + width,
    y2: y + height,
    score,
    classId,
  }));
const boxes = fc.array(box, { maxLength: 40 });
const options = fc.record({
  maxOverlap: fc.constantFrom(0, 0.3, 0.7, 1),
  maxDetections: fc.integer({ min: 0, max: 50 }),
});

describe('what is kept', () => {
  property.prop([boxes, options])('is sorted by score and no more than asked', (candidates, limits) => {
    const kept = suppress(candidates, limits);
    expect(kept.length).toBeLessThanOrEqual(limits.maxDetections);
    expect(kept.every((one, i) => i === 0 || one.score <= (kept[i - 1]?.score ?? 0))).toBe(true);
    expect(kept.every((one) => candidates.includes(one))).toBe(true);
  });

  property.prop([boxes, options])(
    'has no two of a class that overlap above the threshold',
    (candidates, limits) => {
      const kept = suppress(candidates, limits);
      kept.forEach((one, i) => {
        for (const other of kept.slice(i + 1)) {
          if (one.classId === other.classId)
            expect(overlap(one, other)).toBeLessThanOrEqual(limits.maxOverlap);
        }
      });
    },
  );

  property.prop([boxes, fc.constantFrom(0, 0.3, 0.7)])(
    'accounts for everything left out',
    (candidates, maxOverlap) => {
      const kept = suppress(candidates, { maxOverlap, maxDetections: Number.POSITIVE_INFINITY });
      for (const lost of candidates.filter((one) => !kept.includes(one))) {
        const rivals = kept.filter((one) => one.classId === lost.classId && one.score >= lost.score);
        expect(rivals.some((one) => overlap(one, lost) > maxOverlap)).toBe(true);
      }
    },
  );

  property.prop([boxes, options])('does not change when it is suppressed again', (candidates, limits) => {
    const kept = suppress(candidates, limits);
    expect(suppress(kept, limits)).toEqual(kept);
  });
});

test('overlap is the shared area over the covered one', () => {
  const at = (x1: number, x2: number): Detection => ({ x1, y1: 0, x2, y2: 10, score: 1, classId: 0 });
  expect(overlap(at(0, 10), at(0, 10))).toBe(1);
  expect(overlap(at(0, 10), at(5, 15))).toBeCloseTo(1 / 3);
  expect(overlap(at(0, 10), at(10, 20))).toBe(0);
  expect(overlap(at(5, 5), at(5, 5))).toBe(0);
});
