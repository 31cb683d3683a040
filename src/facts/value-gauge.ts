/** A window over a fact that has one value a tick: exact, in fixed memory. */
import type { SignalFold } from '../shapes/rule.js';
import { type Gauge, type SignalTick, whyUncovered } from './gauge.js';
import { NewReadings } from './new-readings.js';
import { shareOf } from './share-of.js';
import { SortedNumbers } from './sorted.js';
import { slotsFor, TickRing } from './tick-ring.js';

/** Every tick counts alike; a `sum` counts a reading that stands for several of them once. */
export class ValueGauge implements Gauge {
  readonly #kind: SignalFold;
  readonly #fact: string;
  readonly #overMs: number;
  readonly #ring: TickRing;
  readonly #values: Float64Array;
  readonly #sorted: SortedNumbers | null;
  readonly #new = new NewReadings();
  #isFresh = true;

  constructor(kind: SignalFold, fact: string, overMs: number, intervalMs: number) {
    this.#kind = kind;
    this.#fact = fact;
    this.#overMs = overMs;
    this.#ring = new TickRing(overMs, slotsFor(overMs, intervalMs));
    this.#values = new Float64Array(this.#ring.slots);
    this.#sorted = shareOf(kind) === undefined ? null : new SortedNumbers(this.#ring.slots);
  }

  read({ atMs, dtMs, facts }: SignalTick): number | string {
    const spanMs = this.#isFresh ? 0 : dtMs;
    this.#isFresh = false;
    this.#ring.advance(atMs, (slot) => this.#sorted?.remove(this.#values[slot] ?? 0));
    const value = facts.number(this.#fact);
    if (value !== undefined) {
      // A reading that stands for several ticks is one of a sum, and one for each tick of everything else.
      const counts = this.#kind !== 'sum' || this.#new.has(this.#fact, facts);
      this.#values[this.#ring.push(atMs, spanMs)] = counts ? value : 0;
      this.#sorted?.add(value);
    }
    return this.#ring.isHalfCovered ? this.#value() : whyUncovered(this.#fact, this.#overMs);
  }

  clear(): void {
    this.#isFresh = true;
    this.#ring.clear();
    this.#sorted?.clear();
  }

  #value(): number {
    const share = shareOf(this.#kind);
    if (share !== undefined) return this.#sorted?.percentile(share) ?? 0;
    let sum = 0;
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < this.#ring.filled; i++) {
      const value = this.#values[this.#ring.slot(i)] ?? 0;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    if (this.#kind === 'min') return min;
    if (this.#kind === 'max') return max;
    // Rounding must not carry a mean outside its numbers.
    return this.#kind === 'sum' ? sum : Math.min(max, Math.max(min, sum / this.#ring.filled));
  }
}
