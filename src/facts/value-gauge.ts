/** A window over a fact that has one value a tick: exact, in fixed memory. */
import type { SignalFold } from '../shapes/rule.js';
import { type Gauge, type SignalTick, whyUncovered } from './gauge.js';
import { NewReadings } from './new-readings.js';
import { RingEnds } from './ring-ends.js';
import { shareOf } from './share-of.js';
import { SortedNumbers } from './sorted.js';
import { RingNumbers, slotsFor, TickRing } from './tick-ring.js';

/** Every tick counts alike; a `sum` counts a reading that stands for several of them once. */
export class ValueGauge implements Gauge {
  readonly #kind: SignalFold;
  readonly #fact: string;
  readonly #overMs: number;
  readonly #ring: TickRing;
  readonly #values: RingNumbers;
  readonly #ends: RingEnds;
  readonly #sorted: SortedNumbers | null;
  readonly #new = new NewReadings();
  #isFresh = true;

  constructor(kind: SignalFold, fact: string, overMs: number, intervalMs: number) {
    this.#kind = kind;
    this.#fact = fact;
    this.#overMs = overMs;
    this.#ring = new TickRing(overMs, slotsFor(overMs, intervalMs));
    this.#values = new RingNumbers(this.#ring.slots);
    this.#ends = new RingEnds(this.#ring);
    this.#sorted = shareOf(kind) === undefined ? null : new SortedNumbers(this.#ring.slots);
  }

  read({ atMs, dtMs, facts }: SignalTick): number | string {
    const spanMs = this.#isFresh ? 0 : dtMs;
    this.#isFresh = false;
    this.#ring.advance(atMs, this.#letOut);
    const value = facts.number(this.#fact);
    if (value !== undefined) {
      // A reading that stands for several ticks is one of a sum, and one for each tick of everything else.
      const counts = this.#kind !== 'sum' || this.#new.has(this.#fact, facts);
      const slot = this.#ring.push(atMs, spanMs);
      this.#values.set(slot, counts ? value : 0);
      this.#ends.add(slot, value, value);
      this.#sorted?.add(value);
    }
    return this.#ring.isHalfCovered ? this.#value() : whyUncovered(this.#fact, this.#overMs);
  }

  clear(): void {
    this.#isFresh = true;
    this.#ring.clear();
    this.#ends.clear();
    this.#sorted?.clear();
  }

  #value(): number {
    const share = shareOf(this.#kind);
    if (share !== undefined) return this.#sorted?.percentile(share) ?? 0;
    const { low, high } = this.#ends;
    if (this.#kind === 'min') return low;
    if (this.#kind === 'max') return high;
    const sum = this.#sum();
    // Rounding must not carry a mean outside its numbers.
    return this.#kind === 'sum' ? sum : Math.min(high, Math.max(low, sum / this.#ring.filled));
  }

  /** The oldest first, and anew at every tick: taking out what was added would leave its rounding behind. */
  #sum(): number {
    const values = this.#values.stretch;
    const { first, end } = this.#ring;
    let sum = 0;
    for (let i = first; i < end; i++) sum += values[i] ?? 0;
    return sum;
  }

  readonly #letOut = (slot: number): void => {
    this.#sorted?.remove(this.#values.at(slot));
    this.#ends.remove(slot);
  };
}
