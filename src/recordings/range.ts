/** A part of a recording's time, and which lines and members lie in it. */
import type { RecordingLine } from './format.js';
import type { IndexEntry } from './segment-index.js';

/** Bounds in ms, both included; what is left out is open. By tick time, by the wall clock, or by both. */
export interface Range {
  fromAtMs?: number;
  toAtMs?: number;
  fromWallMs?: number;
  toWallMs?: number;
}

/** Whether a member may hold a line of the range, or one that the range depends on. */
export function isWanted(entry: IndexEntry, range: Range): boolean {
  const { fromAtMs, toAtMs, fromWallMs, toWallMs } = entry;
  if (entry.hasHead) return true;
  if (fromAtMs === null || toAtMs === null || fromWallMs === null || toWallMs === null) return true;
  return overlaps(fromAtMs, toAtMs, fromWallMs, toWallMs, range);
}

function overlaps(fromAt: number, toAt: number, fromWall: number, toWall: number, range: Range): boolean {
  const { fromAtMs = -Infinity, toAtMs = Infinity, fromWallMs = -Infinity, toWallMs = Infinity } = range;
  return toAt >= fromAtMs && fromAt <= toAtMs && toWall >= fromWallMs && fromWall <= toWallMs;
}

/** Picks the lines of a range: header and books always, each other one by the sample that it follows. */
export class RangeFilter {
  readonly #range: Range;
  #isInside = false;

  constructor(range: Range) {
    this.#range = range;
  }

  /** Whether a line is of the range; lines come in their order. */
  takes(line: RecordingLine): boolean {
    if (line.kind === 'header' || line.kind === 'book') return true;
    if (line.kind === 'sample')
      this.#isInside = overlaps(line.atMs, line.atMs, line.wallMs, line.wallMs, this.#range);
    return this.#isInside;
  }
}
