/** Stretches of one fact, and how they become the points of a chart: smallest and largest are kept, gaps are gaps. */

/** One stretch of time that begins at `wallMs`. */
export interface Cell {
  wallMs: number;
  forMs: number;
  min: number;
  mean: number;
  max: number;
}

/** Points of equal steps; null where nothing was told. */
export interface Points {
  stepMs: number;
  /** Wall time in ms at which each step begins. */
  times: number[];
  min: (number | null)[];
  mean: (number | null)[];
  max: (number | null)[];
}

/** What is asked for: a stretch of wall time in so many points at most, and one where it begins within a step; none is shorter than `leastMs`. */
export interface Span {
  fromMs: number;
  toMs: number;
  points: number;
  leastMs: number;
}

/** Cells in any order as points; the mean is weighted by how long each cell is. */
export function toPoints(cells: Iterable<Cell>, { fromMs, toMs, points, leastMs }: Span): Points {
  const stepMs = Math.max(leastMs, Math.ceil((toMs - fromMs) / points));
  // On a grid of the clock, so that a chart that moves on does not change its past.
  const startMs = Math.floor(fromMs / stepMs) * stepMs;
  const count = Math.max(1, Math.ceil((toMs - startMs) / stepMs));
  const times = Array.from({ length: count }, (_, i) => startMs + i * stepMs);
  const min = new Array<number | null>(count).fill(null);
  const max = new Array<number | null>(count).fill(null);
  const sums = new Float64Array(count);
  const weights = new Float64Array(count);
  for (const cell of cells) {
    const i = Math.floor((cell.wallMs - startMs) / stepMs);
    if (i < 0 || i >= count) continue;
    min[i] = Math.min(min[i] ?? cell.min, cell.min);
    max[i] = Math.max(max[i] ?? cell.max, cell.max);
    sums[i] = (sums[i] ?? 0) + cell.mean * cell.forMs;
    weights[i] = (weights[i] ?? 0) + cell.forMs;
  }
  const mean = min.map((one, i) => (one === null ? null : (sums[i] ?? 0) / (weights[i] ?? 1)));
  return { stepMs, times, min, mean, max };
}
