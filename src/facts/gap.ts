/** From when on a step in time is a gap. */

/** A gap is longer than this many intervals, and than `GAP_FLOOR_MS`. */
const GAP_INTERVALS = 3;
const GAP_FLOOR_MS = 2_000;

/** The longest step in ms that is none, of samples this far apart. */
export function gapLimitMs(intervalMs: number): number {
  return Math.max(GAP_INTERVALS * intervalMs, GAP_FLOOR_MS);
}

/** True when the tick came late, or when the clocks moved apart: the machine slept, or its clock was set. */
export function isGap(dtMs: number, wallDtMs: number, intervalMs: number): boolean {
  const limitMs = gapLimitMs(intervalMs);
  return dtMs > limitMs || Math.abs(wallDtMs - dtMs) > limitMs;
}
