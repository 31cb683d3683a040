/** What a lowered power limit costs: `inference.slowedPercent`, against the time that an inference took before. */
import type { FactStore } from '../facts/store.js';
import { isLimitLowered } from './owed-watts.js';

const INFERENCE = 'inference.totalMs';
const SLOWED = 'inference.slowedPercent';
/** The time before counts after it has been seen for this long, in ms. */
const SEEN_MS = 2_000;
/** The past of that time halves in this, in ms: the last half minute decides. */
const HALF_LIFE_MS = 10_000;

/** Remembers what an inference takes while the limit stands at its base or above, for the configuration in force. */
export class SlowedWatch {
  #usualMs: number | null = null;
  #seenMs = 0;
  /** What a tick of the length of the newest one weighs: they are of one length, and a power is dear. */
  #share = 0;
  #shareOfMs = Number.NaN;

  /** What was measured with another model or size, of another bot or before a gap tells nothing here. */
  clear(): void {
    this.#usualMs = null;
    this.#seenMs = 0;
  }

  /** Takes in one tick of `dtMs`. */
  tick(store: FactStore, dtMs: number): void {
    const takesMs = store.number(INFERENCE);
    const isLowered = isLimitLowered(store);
    if (takesMs !== undefined && takesMs > 0 && !isLowered) this.#learn(takesMs, dtMs);
    const usualMs = this.#seenMs < SEEN_MS ? null : this.#usualMs;
    if (takesMs === undefined) store.derive(SLOWED, undefined, `${INFERENCE} is unknown`);
    else if (usualMs === null)
      store.derive(SLOWED, undefined, 'nobody saw what an inference takes without a lowered limit');
    else store.derive(SLOWED, isLowered ? 100 * (takesMs / usualMs - 1) : 0);
  }

  #learn(takesMs: number, dtMs: number): void {
    if (dtMs !== this.#shareOfMs) this.#share = 1 - 2 ** (-dtMs / HALF_LIFE_MS);
    this.#shareOfMs = dtMs;
    const share = this.#usualMs === null ? 1 : this.#share;
    this.#usualMs = (this.#usualMs ?? 0) + share * (takesMs - (this.#usualMs ?? 0));
    this.#seenMs += dtMs;
  }
}
