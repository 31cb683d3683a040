import { fc, test as property } from '@fast-check/vitest';
import { expect } from 'vitest';
import { type DecodeOptions, type Detection, decode } from '../../src/models/decode.js';

/** Anchor by anchor, as one would say it. */
function decodeNaively(output: Float32Array, { anchors, classes, minScore }: DecodeOptions): Detection[] {
  const at = (row: number, anchor: number): number => output[row * anchors + anchor] ?? Number.NaN;
  return Array.from({ length: anchors }, (_, anchor) => {
    const scores = Array.from({ length: classes }, (_, classId) => at(4 + classId, anchor));
    const score = Math.max(...scores);
    const [x, y, width, height] = [at(0, anchor), at(1, anchor), at(2, anchor), at(3, anchor)];
    return {
      x1: x - width / 2,
      y1: y - height / 2,
      x2: x + width / 2,
      y2: y + height / 2,
      score,
      classId: scores.indexOf(score),
    };
  }).filter((box) => box.score > Math.fround(minScore));
}

const outputs = fc
  .record({ anchors: fc.integer({ min: 1, max: 12 }), classes: fc.integer({ min: 1, max: 6 }) })
  .chain(({ anchors, classes }) =>
    fc.record({
      anchors: fc.constant(anchors),
      classes: fc.constant(classes),
      minScore: fc.constantFrom(0, 0.25, 0.5, 0.75),
      boxes: fc.array(fc.integer({ min: 0, max: 640 }), { minLength: 4 * anchors, maxLength: 4 * anchors }),
      // Few different scores, so that ties are common.
      scores: fc.array(fc.constantFrom(0, 0.2, 0.25, 0.3, 0.5, 0.9), {
        minLength: classes * anchors,
        maxLength: classes * anchors,
      }),
    }),
  );

property.prop([outputs])('decoding gives what the naive way gives', ({ boxes, scores, ...options }) => {
  const output = Float32Array.from([...boxes, ...scores]);
  expect(decode(output, options)).toEqual(decodeNaively(output, options));
});
