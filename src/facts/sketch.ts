/**
 * A log-bucket sketch of positive numbers with 1 % relative error, as DDSketch describes it (Masson, Rim and
 * Lee, VLDB 2019). Bucket i holds (γ^(i−1), γ^i], γ = (1 + α) / (1 − α).
 */
import type { Fold } from '../shapes/sample.js';

/** Relative error of a percentile. */
export const RELATIVE_ERROR = 0.01;
const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const LOG_GAMMA = Math.log(GAMMA);
/** Values at or below this (ms, frames) count as zero and share one bucket. */
const SMALLEST = 1e-4;
const ZERO_BUCKET = -1_000;
const MIN_INDEX = Math.ceil(Math.log(SMALLEST) / LOG_GAMMA);
const MAX_INDEX = 2_000;

/**
 * The middle of each bucket. By repeated multiplication, because `Math.pow` may differ in the last bit between
 * engines and a replay must come to the same percentiles.
 */
const MIDDLES: Float64Array = (() => {
  const middles = new Float64Array(MAX_INDEX - MIN_INDEX + 1);
  let upper = 1;
  for (let index = 0; index <= MAX_INDEX; index++) {
    middles[index - MIN_INDEX] = (2 * upper) / (GAMMA + 1);
    upper *= GAMMA;
  }
  upper = 1;
  for (let index = 0; index >= MIN_INDEX; index--) {
    middles[index - MIN_INDEX] = (2 * upper) / (GAMMA + 1);
    upper /= GAMMA;
  }
  return middles;
})();

function bucketOf(value: number): number {
  if (value <= SMALLEST) return ZERO_BUCKET;
  return Math.min(MAX_INDEX, Math.max(MIN_INDEX, Math.ceil(Math.log(value) / LOG_GAMMA)));
}

/** How many buckets there are. */
export const BUCKETS: number = MAX_INDEX - MIN_INDEX + 2;

/** The place of a bucket among all of them, from the lowest. A recording may name one that there is not. */
export function placeOf(index: number): number {
  return index === ZERO_BUCKET ? 0 : Math.min(MAX_INDEX, Math.max(MIN_INDEX, index)) - MIN_INDEX + 1;
}

/** The bucket at a place. */
export function bucketAt(place: number): number {
  return place === 0 ? ZERO_BUCKET : place - 1 + MIN_INDEX;
}

/** The value that stands for all of a bucket. */
export function middleOf(index: number): number {
  return index === ZERO_BUCKET ? 0 : (MIDDLES[index - MIN_INDEX] ?? 0);
}

/** What a tick without a frame folded. */
export const EMPTY_FOLD: Fold = { n: 0, sum: 0, min: 0, max: 0, buckets: [] };

/** Folds numbers one at a time; `take` gives the fold and starts anew. */
export class Folder {
  #n = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  readonly #counts = new Map<number, number>();

  add(value: number): void {
    this.#n++;
    this.#sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    const index = bucketOf(value);
    this.#counts.set(index, (this.#counts.get(index) ?? 0) + 1);
  }

  /** Takes in all that another one folded. */
  addFold({ n, sum, min, max, buckets }: Fold): void {
    if (n === 0) return;
    this.#n += n;
    this.#sum += sum;
    this.#min = Math.min(this.#min, min);
    this.#max = Math.max(this.#max, max);
    for (let i = 0; i + 1 < buckets.length; i += 2) {
      const index = buckets[i] ?? ZERO_BUCKET;
      this.#counts.set(index, (this.#counts.get(index) ?? 0) + (buckets[i + 1] ?? 0));
    }
  }

  /** What was folded so far. */
  fold(): Fold {
    const buckets = [...this.#counts].sort((a, b) => a[0] - b[0]).flat();
    return { n: this.#n, sum: this.#sum, min: this.#min, max: this.#max, buckets };
  }

  /** What was folded so far; the next fold begins empty. */
  take(): Fold {
    const fold = this.fold();
    this.#n = 0;
    this.#sum = 0;
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = Number.NEGATIVE_INFINITY;
    this.#counts.clear();
    return fold;
  }
}

/** Adds up folds, in the order given, so that live and replay round alike. Null for none or only empty ones. */
export function mergeFolds(folds: readonly Fold[]): Fold | null {
  const [only] = folds;
  if (only !== undefined && folds.length === 1) return only.n > 0 ? only : null;
  const filled = folds.filter((fold) => fold.n > 0);
  const [first] = filled;
  if (first === undefined) return null;
  if (filled.length === 1) return first;
  const merged: Fold = { n: 0, sum: 0, min: first.min, max: first.max, buckets: [] };
  for (const fold of filled) {
    merged.n += fold.n;
    merged.sum += fold.sum;
    merged.min = Math.min(merged.min, fold.min);
    merged.max = Math.max(merged.max, fold.max);
    merged.buckets = merged.buckets.length === 0 ? fold.buckets : mergeBuckets(merged.buckets, fold.buckets);
  }
  return merged;
}

/** Two lists of index and count, each in the order of its indices, as one. */
function mergeBuckets(a: readonly number[], b: readonly number[]): number[] {
  const merged: number[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const left = a[i] ?? Number.POSITIVE_INFINITY;
    const right = b[j] ?? Number.POSITIVE_INFINITY;
    const count = (left <= right ? (a[i + 1] ?? 0) : 0) + (right <= left ? (b[j + 1] ?? 0) : 0);
    merged.push(Math.min(left, right), count);
    if (left <= right) i += 2;
    if (right <= left) j += 2;
  }
  return merged;
}

/** The share-th percentile (share 0 to 1), nearest rank, clamped to the exact min and max. */
export function percentile(fold: Fold, share: number): number {
  const rank = Math.max(1, Math.ceil(share * fold.n));
  let seen = 0;
  for (let i = 0; i + 1 < fold.buckets.length; i += 2) {
    seen += fold.buckets[i + 1] ?? 0;
    if (seen >= rank) return Math.min(fold.max, Math.max(fold.min, middleOf(fold.buckets[i] ?? 0)));
  }
  return fold.max;
}

/** How many of the folded numbers are at most `limit`, to the width of one bucket. */
export function countAtMost(fold: Fold, limit: number): number {
  if (limit >= fold.max) return fold.n;
  if (limit < fold.min) return 0;
  let count = 0;
  for (let i = 0; i + 1 < fold.buckets.length; i += 2) {
    if (middleOf(fold.buckets[i] ?? 0) > limit) break;
    count += fold.buckets[i + 1] ?? 0;
  }
  return count;
}
