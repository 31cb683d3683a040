/** The lowest and the highest number of a window, as ticks come and go. */
import { RingNumbers, type TickRing } from './tick-ring.js';

/** Exact; the window is gone through only once a tick that told one of the two is out. */
export class RingEnds {
  readonly #ring: TickRing;
  readonly #lows: RingNumbers;
  readonly #highs: RingNumbers;
  #low = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;
  #areKnown = true;

  constructor(ring: TickRing) {
    this.#ring = ring;
    this.#lows = new RingNumbers(ring.slots);
    this.#highs = new RingNumbers(ring.slots);
  }

  /** The lowest number of the window; `Infinity` where none was added. */
  get low(): number {
    if (!this.#areKnown) this.#find();
    return this.#low;
  }

  /** The highest number of the window; `-Infinity` where none was added. */
  get high(): number {
    if (!this.#areKnown) this.#find();
    return this.#high;
  }

  /** Takes the lowest and the highest of a tick. */
  add(slot: number, low: number, high: number): void {
    this.#lows.set(slot, low);
    this.#highs.set(slot, high);
    this.#widen(low, high);
  }

  /** Takes a tick that told no number. */
  addNone(slot: number): void {
    this.add(slot, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
  }

  /** The ring let this slot out. */
  remove(slot: number): void {
    if (this.#lows.at(slot) <= this.#low || this.#highs.at(slot) >= this.#high) this.#areKnown = false;
  }

  clear(): void {
    this.#low = Number.POSITIVE_INFINITY;
    this.#high = Number.NEGATIVE_INFINITY;
    this.#areKnown = true;
  }

  #find(): void {
    this.clear();
    const lows = this.#lows.stretch;
    const highs = this.#highs.stretch;
    const { first, end } = this.#ring;
    for (let i = first; i < end; i++) this.#widen(lows[i] ?? 0, highs[i] ?? 0);
  }

  #widen(low: number, high: number): void {
    if (low < this.#low) this.#low = low;
    if (high > this.#high) this.#high = high;
  }
}
