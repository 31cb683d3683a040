/** The arithmetic of the measurements. */

/** The middle value; of an even number the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? 0;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? 0) + upper) / 2 : upper;
}

/** The share-th percentile (0 to 1) by nearest rank, exact. */
export function percentileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? 0;
}

/**
 * Where the median of what the values are drawn from lies 95 times of 100, whatever their distribution: the order
 * statistics of the sign test, with ranks of the normal approximation. Fewer than six values give all they span.
 */
export function medianInterval(values: readonly number[]): [low: number, high: number] {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(1, Math.floor((sorted.length - 1.96 * Math.sqrt(sorted.length)) / 2));
  return [sorted[rank - 1] ?? 0, sorted[sorted.length - rank] ?? 0];
}

/** Four significant digits: what is beyond them is noise on any machine. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** What two things timed in turn came to, one entry for each run. */
export interface Comparison {
  /** Time of ours of each run, in what the timers give. */
  times: number[];
  /** Time of the other over time of ours, of each run. */
  ratios: number[];
}

/**
 * Times two things in turn, ours, other, other, ours, once a run, so that a machine that grows slower or faster
 * meanwhile favours neither.
 */
export async function compareInTurn(
  runs: number,
  ours: () => number | Promise<number>,
  other: () => number | Promise<number>,
): Promise<Comparison> {
  const times: number[] = [];
  const ratios: number[] = [];
  for (let run = 0; run < runs; run++) {
    const [a, b, c, d] = [await ours(), await other(), await other(), await ours()];
    times.push((a + d) / 2);
    ratios.push((b + c) / (a + d));
  }
  return { times, ratios };
}
