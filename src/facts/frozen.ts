/**
 * Finds a temperature that stopped moving while the power that must move it did. A driver is known to freeze the
 * reading after sleep (NVIDIA 576.02, fixed in 576.15).
 */

/** A value unchanged to the digit for this long is suspect … */
const STILL_MS = 60_000;
/** … when the board's power moved by this share of its highest meanwhile. */
const MOVED_SHARE = 0.2;

/** Watches one temperature, in °C, beside the power of the same board, in W. */
export class FrozenWatch {
  #value: number | undefined;
  #sinceMs = 0;
  #lowestW = Number.POSITIVE_INFINITY;
  #highestW = 0;

  observe(nowMs: number, temperatureC: number | undefined, powerW: number | undefined): void {
    if (temperatureC !== this.#value) {
      this.#value = temperatureC;
      this.#sinceMs = nowMs;
      this.#lowestW = Number.POSITIVE_INFINITY;
      this.#highestW = 0;
    }
    if (powerW !== undefined) {
      this.#lowestW = Math.min(this.#lowestW, powerW);
      this.#highestW = Math.max(this.#highestW, powerW);
    }
  }

  /** The sentence that says it is frozen, or null. */
  verdict(nowMs: number): string | null {
    const stillMs = nowMs - this.#sinceMs;
    if (this.#value === undefined || stillMs < STILL_MS) return null;
    if (this.#highestW - this.#lowestW <= MOVED_SHARE * this.#highestW) return null;
    return `${this.#value} °C to the digit for ${Math.round(stillMs / 1000)} s while power moved from ${Math.round(this.#lowestW)} to ${Math.round(this.#highestW)} W`;
  }

  reset(): void {
    this.#value = undefined;
    this.#sinceMs = 0;
    this.#lowestW = Number.POSITIVE_INFINITY;
    this.#highestW = 0;
  }
}
