/** The map stage: which dots are on the minimap, and how far the ground moved since the frame before. */
import { COLOUR, FRAME, MINIMAP } from './layout.js';
import { findBlobs } from './pixels.js';

export interface MapReading {
  monsters: number;
  items: number;
  isPlayerSeen: boolean;
  /** Map pixels the ground moved to the left since the frame before, as far as was searched. */
  shift: number;
}

const KINDS = ['player', 'monster', 'item'] as const;
/** Largest sum of differences of the three channels at which a pixel has a colour. */
const TOLERANCE = 60;
/** Shifts tried at work 1. */
const SHIFTS = 24;

export interface MinimapReader {
  /** Read the map of an RGBA frame. */
  read(frame: Uint8Array): MapReading;
}

/** `work` scales how many shifts are tried; 0 tries none. */
export function createMinimapReader(work: number): MinimapReader {
  const { width, height } = MINIMAP;
  const kinds = new Uint8Array(width * height);
  let green = new Uint8Array(width * height);
  let greenBefore = new Uint8Array(width * height);
  const shifts = Math.round(SHIFTS * work);
  return {
    read(frame) {
      [green, greenBefore] = [greenBefore, green];
      for (let y = 0; y < height; y += 1) {
        let from = ((MINIMAP.y + y) * FRAME.width + MINIMAP.x) * 4;
        for (let x = 0; x < width; x += 1, from += 4) {
          kinds[y * width + x] = classify(frame, from);
          green[y * width + x] = frame[from + 1] ?? 0;
        }
      }
      const dots = findBlobs({ width, height, values: kinds });
      const count = (kind: (typeof KINDS)[number]): number =>
        dots.filter((dot) => dot.value === KINDS.indexOf(kind) + 1).length;
      return {
        monsters: count('monster'),
        items: count('item'),
        isPlayerSeen: count('player') > 0,
        shift: findShift(greenBefore, green, shifts),
      };
    },
  };
}

/** Place of the pixel's colour among `KINDS`, from 1; 0 for ground. */
function classify(frame: Uint8Array, at: number): number {
  for (let kind = 0; kind < KINDS.length; kind += 1) {
    const [red, green, blue] = COLOUR[KINDS[kind] ?? 'player'];
    const difference =
      Math.abs((frame[at] ?? 0) - red) +
      Math.abs((frame[at + 1] ?? 0) - green) +
      Math.abs((frame[at + 2] ?? 0) - blue);
    if (difference <= TOLERANCE) return kind + 1;
  }
  return 0;
}

/** The shift among 0 … `count` − 1 at which the planes differ least. Beyond half the map it starts again at 0. */
function findShift(before: Uint8Array, after: Uint8Array, count: number): number {
  const { width, height } = MINIMAP;
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < count; index += 1) {
    const shift = index % (width / 2);
    let difference = 0;
    for (let y = 0; y < height; y += 1) {
      const row = y * width;
      for (let x = 0; x < width - shift; x += 1) {
        difference += Math.abs((after[row + x] as number) - (before[row + x + shift] as number));
      }
    }
    const mean = difference / (width - shift);
    if (mean < least) [best, least] = [shift, mean];
  }
  return best;
}
