/** What a lowered power limit costs: `inference.slowedPercent`, against the time that an inference took before. */
import type { KnobMemory } from '../decision/memory.js';
import type { FactStore } from '../facts/store.js';

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

  /** What was measured with another model or size, of another bot or before a gap tells nothing here. */
  clear(): void {
    this.#usualMs = null;
    this.#seenMs = 0;
  }

  /**
   * Takes in one tick of `dtMs`; `limit` is the power limit's knob where there is one. A limit that steps have lowered,
   * of which nobody knows any more what it costs, goes back to its base, unless nobody knows how hot the card is either.
   */
  tick(store: FactStore, limit: KnobMemory | undefined, dtMs: number): void {
    const takesMs = store.number(INFERENCE);
    const isLowered = limit !== undefined && Number(limit.applied) < Number(limit.base);
    if (takesMs !== undefined && takesMs > 0 && !isLowered) this.#learn(takesMs, dtMs);
    const usualMs = this.#seenMs < SEEN_MS ? null : this.#usualMs;
    if (takesMs === undefined) store.derive(SLOWED, undefined, `${INFERENCE} is unknown`);
    else if (usualMs === null)
      store.derive(SLOWED, undefined, 'nobody saw what an inference takes without a lowered limit');
    else store.derive(SLOWED, isLowered ? 100 * (takesMs / usualMs - 1) : 0);
    const isLost = isLowered && takesMs !== undefined && usualMs === null;
    if (isLost && limit !== undefined && store.number('gpu.temperatureC') !== undefined) giveBack(limit);
  }

  #learn(takesMs: number, dtMs: number): void {
    const share = this.#usualMs === null ? 1 : 1 - 2 ** (-dtMs / HALF_LIFE_MS);
    this.#usualMs = (this.#usualMs ?? 0) + share * (takesMs - (this.#usualMs ?? 0));
    this.#seenMs += dtMs;
  }
}

function giveBack(limit: KnobMemory): void {
  limit.position = null;
  limit.steppedBy = null;
}
