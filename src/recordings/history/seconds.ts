/** The last quarter of an hour of one fact, a cell for each second, in memory that does not grow. */
import type { Cell } from './cells.js';

/** How long seconds are kept, in s: the live charts' longest stretch; 36 KB a fact. */
export const SECONDS = 900;
const SECOND_MS = 1000;

/** A ring of seconds by the wall clock. */
export class SecondRing {
  readonly #stamps: Float64Array = new Float64Array(SECONDS).fill(Number.NaN);
  readonly #n: Float64Array = new Float64Array(SECONDS);
  readonly #sums: Float64Array = new Float64Array(SECONDS);
  readonly #min: Float64Array = new Float64Array(SECONDS);
  readonly #max: Float64Array = new Float64Array(SECONDS);

  add(wallMs: number, value: number): void {
    const second = Math.floor(wallMs / SECOND_MS);
    const i = ((second % SECONDS) + SECONDS) % SECONDS;
    const isNew = this.#stamps[i] !== second;
    this.#stamps[i] = second;
    this.#n[i] = isNew ? 1 : (this.#n[i] ?? 0) + 1;
    this.#sums[i] = isNew ? value : (this.#sums[i] ?? 0) + value;
    this.#min[i] = isNew ? value : Math.min(this.#min[i] ?? value, value);
    this.#max[i] = isNew ? value : Math.max(this.#max[i] ?? value, value);
  }

  /** Seconds that begin within these times, in no order. */
  *cells(fromMs: number, toMs: number): Generator<Cell> {
    for (let i = 0; i < SECONDS; i++) {
      const wallMs = (this.#stamps[i] ?? Number.NaN) * SECOND_MS;
      if (!(wallMs >= fromMs && wallMs <= toMs)) continue;
      const mean = (this.#sums[i] ?? 0) / (this.#n[i] ?? 1);
      yield { wallMs, forMs: SECOND_MS, min: this.#min[i] ?? 0, mean, max: this.#max[i] ?? 0 };
    }
  }
}
