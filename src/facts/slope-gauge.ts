/** How fast a fact rises, by least squares over the ticks of a window. */
import { type Gauge, type SignalTick, whyUncovered } from './gauge.js';
import { describeMs } from './signal-definition.js';
import { RingNumbers, slotsFor, TickRing } from './tick-ring.js';

/** The slope is in the fact's unit per the time the signal says. */
export class SlopeGauge implements Gauge {
  readonly #fact: string;
  readonly #overMs: number;
  readonly #perMs: number;
  readonly #ring: TickRing;
  readonly #values: RingNumbers;
  #isFresh = true;

  constructor(fact: string, overMs: number, perMs: number, intervalMs: number) {
    this.#fact = fact;
    this.#overMs = overMs;
    this.#perMs = perMs;
    this.#ring = new TickRing(overMs, slotsFor(overMs, intervalMs));
    this.#values = new RingNumbers(this.#ring.slots);
  }

  read({ atMs, dtMs, facts }: SignalTick): number | string {
    const spanMs = this.#isFresh ? 0 : dtMs;
    this.#isFresh = false;
    this.#ring.advance(atMs);
    const value = facts.number(this.#fact);
    if (value !== undefined) this.#values.set(this.#ring.push(atMs, spanMs), value);
    if (!this.#ring.isHalfCovered) return whyUncovered(this.#fact, this.#overMs);
    return (
      this.#slope() ?? `one tick in the last ${describeMs(this.#overMs)} tells no slope of ${this.#fact}`
    );
  }

  clear(): void {
    this.#isFresh = true;
    this.#ring.clear();
  }

  /** Per `perMs`; null where all ticks are at one time. Distances from the means, so that large numbers lose nothing. */
  #slope(): number | null {
    const { first, end, filled } = this.#ring;
    const endMs = this.#ring.endMs.stretch;
    const values = this.#values.stretch;
    const origin = endMs[first] ?? 0;
    let sumMs = 0;
    let sum = 0;
    for (let i = first; i < end; i++) {
      sumMs += (endMs[i] ?? 0) - origin;
      sum += values[i] ?? 0;
    }
    const meanMs = sumMs / filled;
    const mean = sum / filled;
    let together = 0;
    let squares = 0;
    for (let i = first; i < end; i++) {
      const aside = (endMs[i] ?? 0) - origin - meanMs;
      together += aside * ((values[i] ?? 0) - mean);
      squares += aside * aside;
    }
    return squares === 0 ? null : (together / squares) * this.#perMs;
  }
}
