import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { createLetterbox } from '../../src/models/letterbox.js';

const BORDER = Math.fround(114 / 255);

const shapes = fc.record({
  frameWidth: fc.integer({ min: 1, max: 90 }),
  frameHeight: fc.integer({ min: 1, max: 90 }),
  channels: fc.constantFrom(3 as const, 4 as const),
  width: fc.integer({ min: 1, max: 3 }).map((cells) => cells * 32),
  height: fc.integer({ min: 1, max: 3 }).map((cells) => cells * 32),
  filter: fc.constantFrom('bilinear' as const, 'nearest' as const),
});

function letterboxed(shape: Parameters<typeof createLetterbox>[0], frame: Uint8Array): Float32Array {
  const letterbox = createLetterbox(shape);
  const target = letterbox.createTarget();
  letterbox.fill(frame, target);
  return target;
}

describe('any shape', () => {
  property.prop([shapes, fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255))])(
    'one colour stays that colour within, and grey is left around it',
    (shape, colour) => {
      const pixels = shape.frameWidth * shape.frameHeight;
      const frame = Uint8Array.from(
        { length: pixels * shape.channels },
        (_, i) => colour[i % shape.channels] ?? 9,
      );
      const { left, top } = createLetterbox(shape);
      const target = letterboxed(shape, frame);
      const plane = shape.width * shape.height;
      for (let channel = 0; channel < 3; channel += 1) {
        const at = (x: number, y: number): number => target[channel * plane + y * shape.width + x] ?? -1;
        expect(at(left, top)).toBeCloseTo((colour[channel] ?? 0) / 255, 4);
        if (left > 0) expect(at(left - 1, top)).toBe(BORDER);
        if (top > 0) expect(at(left, top - 1)).toBe(BORDER);
      }
    },
  );

  property.prop([shapes, fc.infiniteStream(fc.nat(255))])('every value lies from 0 to 1', (shape, bytes) => {
    const length = shape.frameWidth * shape.frameHeight * shape.channels;
    const target = letterboxed(shape, Uint8Array.from(bytes.take(length)));
    expect(target.every((value) => value >= 0 && value <= 1 + 1e-6)).toBe(true);
  });

  property.prop([shapes])('the frame fits and touches two opposite edges', (shape) => {
    const { scale, left, top } = createLetterbox(shape);
    expect(Math.round(shape.frameWidth * scale)).toBeLessThanOrEqual(shape.width);
    expect(Math.round(shape.frameHeight * scale)).toBeLessThanOrEqual(shape.height);
    expect(Math.min(left, top)).toBe(0);
  });
});

test('a frame of the input size is taken as it is by both filters', () => {
  const frame = Uint8Array.from({ length: 32 * 32 * 3 }, (_, i) => (i * 37) % 256);
  for (const filter of ['bilinear', 'nearest'] as const) {
    const shape = { frameWidth: 32, frameHeight: 32, channels: 3 as const, width: 32, height: 32, filter };
    const target = letterboxed(shape, frame);
    for (let pixel = 0; pixel < 32 * 32; pixel += 1) {
      for (let channel = 0; channel < 3; channel += 1) {
        expect(target[channel * 1024 + pixel]).toBeCloseTo((frame[pixel * 3 + channel] ?? 0) / 255, 5);
      }
    }
  }
});

test('halving averages four neighbours', () => {
  const frame = Uint8Array.from({ length: 64 * 64 * 4 }, (_, i) => (i * 53) % 256);
  const target = letterboxed({ frameWidth: 64, frameHeight: 64, channels: 4, width: 32, height: 32 }, frame);
  const at = (x: number, y: number): number => frame[(y * 64 + x) * 4] ?? 0;
  for (const [x, y] of [
    [0, 0],
    [7, 12],
    [31, 31],
  ] as const) {
    const mean =
      (at(2 * x, 2 * y) + at(2 * x + 1, 2 * y) + at(2 * x, 2 * y + 1) + at(2 * x + 1, 2 * y + 1)) / 4;
    expect(target[y * 32 + x]).toBeCloseTo(mean / 255, 5);
  }
});
