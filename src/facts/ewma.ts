/** An exponentially weighted mean in tick time. */
import { type Gauge, type SignalTick, whyUncovered, whyUnknown } from './gauge.js';

/** Terms of e^-x for x below ln 2; the next is under 1e-18. */
const TERMS = 18;
/** Nothing is left of a number after so many halvings. */
const MOST_HALVINGS = 1_100;

/** 2^-x for x of at least 0, by arithmetic alone: `Math.pow` may differ in the last bit between engines. */
function halved(x: number): number {
  if (x > MOST_HALVINGS) return 0;
  const whole = Math.floor(x);
  const rest = (x - whole) * Math.LN2;
  let share = 1;
  for (let term = TERMS; term >= 1; term--) share = 1 - (rest / term) * share;
  for (let i = 0; i < whole; i++) share /= 2;
  return share;
}

/** The weight of the past halves every half-life; unknown until half of one is covered. */
export class Ewma implements Gauge {
  readonly #fact: string;
  readonly #halfLifeMs: number;
  #mean: number | null = null;
  #lastMs = 0;
  #coveredMs = 0;
  #isFresh = true;

  constructor(fact: string, halfLifeMs: number) {
    this.#fact = fact;
    this.#halfLifeMs = halfLifeMs;
  }

  read({ atMs, dtMs, facts }: SignalTick): number | string {
    const spanMs = this.#isFresh ? 0 : dtMs;
    this.#isFresh = false;
    const value = facts.number(this.#fact);
    if (value === undefined) return whyUnknown(this.#fact, facts);
    const sinceMs = atMs - this.#lastMs;
    // A value that came back after more than a half-life begins anew.
    if (sinceMs > Math.max(this.#halfLifeMs, dtMs)) this.#forget();
    this.#mean = this.#mean === null ? value : blend(this.#mean, value, halved(sinceMs / this.#halfLifeMs));
    this.#lastMs = atMs;
    this.#coveredMs += spanMs;
    return this.#coveredMs < this.#halfLifeMs / 2 ? whyUncovered(this.#fact, this.#halfLifeMs) : this.#mean;
  }

  clear(): void {
    this.#isFresh = true;
    this.#forget();
  }

  #forget(): void {
    this.#mean = null;
    this.#coveredMs = 0;
  }
}

/** Rounding does not carry the blend outside the two it lies between. */
function blend(before: number, value: number, weight: number): number {
  const mean = value + weight * (before - value);
  return Math.min(Math.max(before, value), Math.max(Math.min(before, value), mean));
}
