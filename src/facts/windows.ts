/** Fixed-size rings of what was folded, one slot a tick: flat memory however long the agent runs. */
import type { Fold } from '../shapes/sample.js';
import { EMPTY_FOLD, mergeFolds } from './sketch.js';

/** The folds of one fact over the last ticks. */
export class FoldWindow {
  readonly #endMs: Float64Array;
  readonly #spanMs: Float64Array;
  readonly #folds: Fold[];
  #next = 0;
  #filled = 0;

  constructor(slots: number) {
    this.#endMs = new Float64Array(slots);
    this.#spanMs = new Float64Array(slots);
    this.#folds = new Array<Fold>(slots).fill(EMPTY_FOLD);
  }

  /** Adds what was folded during the `spanMs` before `endMs`; a tick without a frame adds an empty fold. */
  push(endMs: number, spanMs: number, fold: Fold | undefined): void {
    this.#endMs[this.#next] = endMs;
    this.#spanMs[this.#next] = spanMs;
    this.#folds[this.#next] = fold ?? EMPTY_FOLD;
    this.#next = (this.#next + 1) % this.#folds.length;
    this.#filled = Math.min(this.#filled + 1, this.#folds.length);
  }

  clear(): void {
    this.#filled = 0;
    this.#folds.fill(EMPTY_FOLD);
  }

  /**
   * Everything folded in the `overMs` before `nowMs`, and the time it covers in ms. A tick belongs to the window when
   * the middle of its time does, so that a tick that came a millisecond early or late changes nothing; the newest
   * always does. Null when the window is less than half covered or holds nothing.
   */
  over(nowMs: number, overMs: number): { fold: Fold; coveredMs: number } | null {
    const folds: Fold[] = [];
    let coveredMs = 0;
    for (let back = this.#filled; back >= 1; back--) {
      const slot = (this.#next - back + this.#folds.length) % this.#folds.length;
      const spanMs = this.#spanMs[slot] ?? 0;
      if (back > 1 && (this.#endMs[slot] ?? 0) - spanMs / 2 <= nowMs - overMs) continue;
      coveredMs += spanMs;
      const fold = this.#folds[slot];
      if (fold !== undefined) folds.push(fold);
    }
    if (coveredMs < overMs / 2) return null;
    const fold = mergeFolds(folds);
    return fold === null ? null : { fold, coveredMs };
  }
}
