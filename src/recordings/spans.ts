/** Where a log's time runs on, and where a new segment begins. */
import { gapLimitMs } from '../facts/gap.js';
import { RankCounter } from './rank-counter.js';

/** Steps above this may be gaps; no gap is shorter. */
const FLOOR_MS = gapLimitMs(0);
/** Long steps are kept with fewer digits, so that their number stays small. */
const COARSE_MS = 60_000;

/** Follows the times of a log's rows in flat memory. */
export class Spans {
  readonly #steps = new RankCounter(0.5);
  readonly #long = new Map<number, number>();
  #breaks = 0;
  samples = 0;
  firstMs = 0;
  lastMs = 0;

  /** Takes the time of a row; `begins` where the tool began anew. Returns whether the time cannot run on to it. */
  add(timeMs: number, begins: boolean): boolean {
    const stepMs = timeMs - this.lastMs;
    const isFirst = this.samples === 0;
    this.samples++;
    this.lastMs = timeMs;
    if (isFirst) {
      this.firstMs = timeMs;
      return false;
    }
    const isBreak = begins || stepMs < 0;
    if (isBreak) {
      this.#breaks++;
    } else if (stepMs > FLOOR_MS) {
      const kept = stepMs > COARSE_MS ? Math.round(stepMs / 1000) * 1000 : Math.round(stepMs);
      this.#long.set(kept, (this.#long.get(kept) ?? 0) + 1);
    }
    // To the tenth of a ms: times that are fractions would all be different.
    this.#steps.add(Math.round(stepMs * 10) / 10);
    return isBreak;
  }

  /** The middle step in ms, of an even number of steps the lower one; 0 without a step. */
  get intervalMs(): number {
    const { ranked } = this.#steps;
    return this.#steps.n === 0 || Number.isNaN(ranked) ? 0 : Math.max(0, ranked);
  }

  /** A segment ends at a gap, where time goes back, and where the tool began anew. */
  get segments(): number {
    if (this.samples === 0) return 0;
    const limitMs = gapLimitMs(this.intervalMs);
    let gaps = 0;
    for (const [stepMs, count] of this.#long) if (stepMs > limitMs) gaps += count;
    return 1 + this.#breaks + gaps;
  }
}
