/** Drawing into RGBA pixels, four bytes each written as one. */
import { ADVANCE, GLYPH, glyphOf } from './font.js';
import type { Colour, Region } from './layout.js';

export interface Canvas {
  readonly bytes: Uint8Array<ArrayBuffer>;
  fill(region: Region, colour: Colour): void;
  disc(x: number, y: number, radius: number, colour: Colour): void;
  /** Text with its first glyph's left-top corner at `x`, `y`; `scale` pixels a dot. */
  text(x: number, y: number, text: string, scale: number, colour: Colour): void;
  /** Copy rows of a texture, wrapped around, with its column `fromX` and row `fromY` at the left-top corner. */
  tile(region: Region, texture: Texture, fromX: number, fromY: number): void;
}

/** Square pixels for a background; the side is a power of two. */
export interface Texture {
  side: number;
  pixels: Uint32Array;
}

/** A colour as the four bytes red, green, blue, 255 of a little-endian word. */
export function pack([red, green, blue]: Colour): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

export function createCanvas(width: number, height: number): Canvas {
  const bytes = new Uint8Array(width * height * 4);
  const pixels = new Uint32Array(bytes.buffer);

  const fill = (region: Region, colour: Colour): void => {
    const word = pack(colour);
    const left = Math.max(0, region.x);
    const right = Math.min(width, region.x + region.width);
    const bottom = Math.min(height, region.y + region.height);
    if (right <= left) return;
    for (let y = Math.max(0, region.y); y < bottom; y += 1) {
      pixels.fill(word, y * width + left, y * width + right);
    }
  };

  return {
    bytes,
    fill,
    disc(x, y, radius, colour) {
      for (let row = -radius; row <= radius; row += 1) {
        const half = Math.floor(Math.sqrt(radius * radius - row * row));
        fill({ x: x - half, y: y + row, width: 2 * half + 1, height: 1 }, colour);
      }
    },
    text(x, y, text, scale, colour) {
      [...text].forEach((letter, place) => {
        glyphOf(letter)?.dots.forEach((dot, index) => {
          if (dot === 0) return;
          const column = place * ADVANCE + (index % GLYPH.width);
          const row = Math.floor(index / GLYPH.width);
          fill({ x: x + column * scale, y: y + row * scale, width: scale, height: scale }, colour);
        });
      });
    },
    tile(region, texture, fromX, fromY) {
      const { side } = texture;
      for (let row = 0; row < region.height; row += 1) {
        const source = ((row + fromY) & (side - 1)) * side;
        const target = (region.y + row) * width + region.x;
        let done = 0;
        while (done < region.width) {
          const start = (fromX + done) & (side - 1);
          const count = Math.min(side - start, region.width - done);
          pixels.set(texture.pixels.subarray(source + start, source + start + count), target + done);
          done += count;
        }
      }
    },
  };
}
