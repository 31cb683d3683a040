/** The sizes a detector takes. */
import { EvenkeelError } from '../errors.js';
import { SIZE_STEP } from './yolov8-graph.js';

/** Width and height of the network's input in pixels. */
export type Size = readonly [width: number, height: number];

/** The size as width and height; a number is the side of a square. Refused unless both are multiples of 32. */
export function checkSize(size: number | Size): Size {
  const [width, height] = typeof size === 'number' ? [size, size] : size;
  for (const side of [width, height]) {
    if (!Number.isInteger(side) || side <= 0 || side % SIZE_STEP !== 0) {
      const below = Math.max(SIZE_STEP, Math.floor(side / SIZE_STEP) * SIZE_STEP || SIZE_STEP);
      throw new EvenkeelError(
        'outOfRange',
        `expected a width and height that are multiples of ${SIZE_STEP} pixels, got ${width} × ${height}; ` +
          `the nearest below ${side} is ${below}`,
        { details: { width, height, step: SIZE_STEP } },
      );
    }
  }
  return [width, height];
}

/** The number of anchors a size has: one per cell of 8, 16 and 32 pixels. */
export function anchorCount([width, height]: Size): number {
  return (width * height) / 64 + (width * height) / 256 + (width * height) / 1024;
}
