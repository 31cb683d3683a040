/** The text stage: the line below the view, by thresholds, connected pixels and comparison with the font. */
import { ADVANCE, FONT, GLYPH } from './font.js';
import { FRAME, TEXT } from './layout.js';
import { type Blob, findBlobs } from './pixels.js';
import { TEXT_MARGIN, TEXT_SCALE } from './scene.js';

export interface TextReading {
  text: string;
  /** Mean share of dots that agree with the glyphs read, 0 to 1; 0 without text. */
  certainty: number;
}

/** Thresholds tried at work 1; the surest reading counts. */
const THRESHOLDS = 8;
const LOWEST = 90;
const HIGHEST = 230;
const DOTS = GLYPH.width * GLYPH.height;

export interface TextReader {
  /** Read the line of an RGBA frame. */
  read(frame: Uint8Array): TextReading;
}

/** `work` scales how many thresholds are tried; one at least. */
export function createTextReader(work: number): TextReader {
  const mask = { width: TEXT.width, height: TEXT.height, values: new Uint8Array(TEXT.width * TEXT.height) };
  const count = Math.max(1, Math.round(THRESHOLDS * work));
  return {
    read(frame) {
      let best: TextReading = { text: '', certainty: 0 };
      for (let index = 0; index < count; index += 1) {
        threshold(frame, mask.values, LOWEST + ((HIGHEST - LOWEST) * (index + 0.5)) / count);
        const reading = readLine(mask.values, findBlobs(mask));
        if (reading.certainty > best.certainty) best = reading;
      }
      return best;
    },
  };
}

/** Text is yellow: bright in red and green together. */
function threshold(frame: Uint8Array, mask: Uint8Array, level: number): void {
  for (let y = 0; y < TEXT.height; y += 1) {
    let from = ((TEXT.y + y) * FRAME.width + TEXT.x) * 4;
    for (let x = 0; x < TEXT.width; x += 1, from += 4) {
      mask[y * TEXT.width + x] = Math.min(frame[from] ?? 0, frame[from + 1] ?? 0) >= level ? 1 : 0;
    }
  }
}

/** Glyphs stand in cells of equal width: a cell that any blob touches holds a letter. */
function readLine(mask: Uint8Array, blobs: readonly Blob[]): TextReading {
  const cellPx = ADVANCE * TEXT_SCALE;
  const cells = new Set<number>();
  for (const blob of blobs) {
    for (let x = blob.x; x < blob.x + blob.width; x += 1) cells.add(Math.floor((x - TEXT_MARGIN) / cellPx));
  }
  const letters: string[] = [];
  let agreed = 0;
  for (const cell of cells) {
    const match = matchGlyph(mask, TEXT_MARGIN + cell * cellPx);
    letters[cell] = match.letter;
    agreed += match.dots / DOTS;
  }
  return {
    text: Array.from(letters, (letter) => letter ?? ' ').join(''),
    certainty: cells.size === 0 ? 0 : agreed / cells.size,
  };
}

/** The glyph with most dots in agreement, its left edge at `left` of the mask. */
function matchGlyph(mask: Uint8Array, left: number): { letter: string; dots: number } {
  const seen = new Uint8Array(DOTS);
  for (let index = 0; index < DOTS; index += 1) {
    const x = left + (index % GLYPH.width) * TEXT_SCALE;
    const y = TEXT_MARGIN + Math.floor(index / GLYPH.width) * TEXT_SCALE;
    seen[index] = mask[y * TEXT.width + x] ?? 0;
  }
  let best = { letter: '', dots: -1 };
  for (const glyph of FONT) {
    let dots = 0;
    for (let index = 0; index < DOTS; index += 1) if (glyph.dots[index] === seen[index]) dots += 1;
    if (dots > best.dots) best = { letter: glyph.letter, dots };
  }
  return best;
}
