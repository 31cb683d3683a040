/** Fixed-size rings of what was folded, one slot a tick: flat memory however long the agent runs. */
import type { Fold } from '../shapes/sample.js';
import { BucketCounts } from './bucket-counts.js';
import { EMPTY_FOLD } from './sketch.js';

/** Empty between two uses. */
const COUNTS = new BucketCounts();

/** The folds of one fact over the last ticks; means need no more of each than its count and its sum. */
export class FoldWindow {
  readonly #endMs: Float64Array;
  readonly #spanMs: Float64Array;
  /** Null where nobody asks for a percentile: what is kept for long costs the more to collect. */
  readonly #folds: Fold[] | null;
  readonly #n: Float64Array;
  readonly #sum: Float64Array;
  readonly #slots: number;
  #next = 0;
  #filled = 0;

  constructor(slots: number, keepsFolds: boolean) {
    this.#endMs = new Float64Array(slots);
    this.#spanMs = new Float64Array(slots);
    this.#folds = keepsFolds ? new Array<Fold>(slots).fill(EMPTY_FOLD) : null;
    this.#n = new Float64Array(slots);
    this.#sum = new Float64Array(slots);
    this.#slots = slots;
  }

  /** Adds what was folded during the `spanMs` before `endMs`; a tick without a frame adds an empty fold. */
  push(endMs: number, spanMs: number, fold: Fold | undefined): void {
    this.#endMs[this.#next] = endMs;
    this.#spanMs[this.#next] = spanMs;
    if (this.#folds !== null) this.#folds[this.#next] = fold ?? EMPTY_FOLD;
    this.#n[this.#next] = fold?.n ?? 0;
    this.#sum[this.#next] = fold?.sum ?? 0;
    this.#next = (this.#next + 1) % this.#slots;
    this.#filled = Math.min(this.#filled + 1, this.#slots);
  }

  clear(): void {
    this.#filled = 0;
    this.#folds?.fill(EMPTY_FOLD);
  }

  /**
   * The share-th percentile of all that was folded in the `overMs` before `nowMs`, as that of the merged fold, without
   * merging; of a window that keeps folds. Undefined when it is less than half covered or holds nothing.
   */
  percentile(nowMs: number, overMs: number, share: number): number | undefined {
    const { ticks, coveredMs } = this.#ticksOf(nowMs, overMs);
    if (coveredMs < overMs / 2) return undefined;
    let n = 0;
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (let back = ticks; back >= 1; back--) {
      const fold = this.#folds?.[this.#slotOf(back)] ?? EMPTY_FOLD;
      if (fold.n === 0) continue;
      n += fold.n;
      if (fold.min < min) min = fold.min;
      if (fold.max > max) max = fold.max;
      COUNTS.add(fold);
    }
    const value = n === 0 ? undefined : COUNTS.percentile(share, n, min, max);
    COUNTS.clear();
    return value;
  }

  /**
   * Count and sum of everything folded in the `overMs` before `nowMs`, and the time it covers in ms. Null when the window
   * is less than half covered or holds nothing.
   */
  sums(nowMs: number, overMs: number): { n: number; sum: number; coveredMs: number } | null {
    const { ticks, coveredMs } = this.#ticksOf(nowMs, overMs);
    if (coveredMs < overMs / 2) return null;
    let n = 0;
    let sum = 0;
    const counts = this.#n;
    const sums = this.#sum;
    // The oldest first, as folds are merged, so that both round alike.
    for (let left = ticks, slot = this.#slotOf(ticks); left > 0; left--) {
      const count = counts[slot] ?? 0;
      if (count > 0) {
        n += count;
        sum += sums[slot] ?? 0;
      }
      slot = slot + 1 === this.#slots ? 0 : slot + 1;
    }
    return n === 0 ? null : { n, sum, coveredMs };
  }

  /**
   * How many of the newest ticks belong to a window, and the time they cover. A tick belongs to it when the middle of
   * its time does, so that a tick that came a millisecond early or late changes nothing; the newest always does.
   */
  #ticksOf(nowMs: number, overMs: number): { ticks: number; coveredMs: number } {
    let ticks = 0;
    let coveredMs = 0;
    const fromMs = nowMs - overMs;
    let slot = this.#next;
    while (ticks < this.#filled) {
      slot = slot === 0 ? this.#slots - 1 : slot - 1;
      const spanMs = this.#spanMs[slot] ?? 0;
      if (ticks > 0 && (this.#endMs[slot] ?? 0) - spanMs / 2 <= fromMs) break;
      coveredMs += spanMs;
      ticks++;
    }
    return { ticks, coveredMs };
  }

  /** The slot of the tick that was `back` ticks ago; 1 is the newest. */
  #slotOf(back: number): number {
    return (this.#next - back + this.#slots) % this.#slots;
  }
}
