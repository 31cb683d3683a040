/** A picture as 64 × 36 grey points: small enough to compare at every frame, the same bytes in every language. */

/** Points of a thumbnail across and down: 16 to 9, as most screens. */
export const THUMBNAIL_WIDTH = 64;
export const THUMBNAIL_HEIGHT = 36;

/** Bytes of a thumbnail, one a point, row by row. */
export const THUMBNAIL_BYTES: number = THUMBNAIL_WIDTH * THUMBNAIL_HEIGHT;

/** How the bytes of a picture lie: rows from the top without gaps, pixels from the left, channels side by side. */
export interface PixelLayout {
  /** Pixels across. */
  width: number;
  /** Pixels down. */
  height: number;
  /** Bytes of a pixel: 1 is grey, 3 is colour, 4 is colour and one that is not looked at (alpha). */
  channels: 1 | 3 | 4;
  /** Which colour comes first; `rgb` unless given. Screen captures and OpenCV give `bgr`. */
  order?: 'rgb' | 'bgr';
}

/**
 * The point in the middle of each of 64 × 36 cells, as grey of 0 to 255: (77 R + 150 G + 29 B) >> 8, the weights of
 * ITU-R BT.601 in 256ths. Null for what is no picture of this layout, such as a capture that failed: `look` of
 * `FrameChange` takes it.
 * @throws TypeError for a layout that is none.
 */
export function thumbnail(
  pixels: ArrayLike<number> | null | undefined,
  layout: PixelLayout,
): Uint8Array | null {
  checkLayout(layout);
  const { width, height, channels, order = 'rgb' } = layout;
  if (!isOfBytes(pixels) || pixels.length !== width * height * channels) return null;
  const grey = new Uint8Array(THUMBNAIL_BYTES);
  const red = order === 'bgr' ? 2 : 0;
  const blue = 2 - red;
  let point = 0;
  for (let row = 0; row < THUMBNAIL_HEIGHT; row += 1) {
    const line = middleOf(row, height, THUMBNAIL_HEIGHT) * width;
    for (let column = 0; column < THUMBNAIL_WIDTH; column += 1) {
      const at = (line + middleOf(column, width, THUMBNAIL_WIDTH)) * channels;
      grey[point] =
        channels === 1
          ? Number(pixels[at])
          : (77 * Number(pixels[at + red]) + 150 * Number(pixels[at + 1]) + 29 * Number(pixels[at + blue])) >>
            8;
      point += 1;
    }
  }
  return grey;
}

/** The pixel in the middle of a cell: floor((2 cell + 1) × pixels ÷ (2 cells)). */
function middleOf(cell: number, pixels: number, cells: number): number {
  return Math.floor(((2 * cell + 1) * pixels) / (2 * cells));
}

/** Whether it can hold bytes; shares of 1, as models take them, are other numbers. */
function isOfBytes(pixels: ArrayLike<number> | null | undefined): pixels is ArrayLike<number> {
  return (
    typeof pixels === 'object' &&
    pixels !== null &&
    !(pixels instanceof Float32Array || pixels instanceof Float64Array)
  );
}

function checkLayout(layout: PixelLayout): void {
  if (typeof layout !== 'object' || layout === null) {
    throw new TypeError(`expected { width, height, channels, order } as the layout, got ${String(layout)}`);
  }
  const { width, height, channels, order } = layout;
  if (![width, height].every((side) => Number.isInteger(side) && side >= 1)) {
    throw new TypeError(`expected width and height in whole pixels from 1, got ${width} × ${height}`);
  }
  if (![1, 3, 4].includes(channels)) throw new TypeError(`expected 1, 3 or 4 channels, got ${channels}`);
  if (order !== undefined && order !== 'rgb' && order !== 'bgr') {
    throw new TypeError(`expected the order rgb or bgr, got ${order}`);
  }
}
