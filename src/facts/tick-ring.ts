/** When the ticks of a window ended and how long each stands for: a ring of fixed size, oldest out first. */

/** Ticks out of turn (a person asked) may come between two of the interval; so many more have room. */
const SPARE_SLOTS = 16;

/** How many ticks of `intervalMs` a window over `overMs` may hold. */
export function slotsFor(overMs: number, intervalMs: number): number {
  return Math.ceil(overMs / intervalMs) + SPARE_SLOTS;
}

/**
 * A number for each slot of a ring. It is kept twice, a ring's length apart, so that every window is one stretch: those
 * who go through a long one at every tick need not ask at each step whether the ring is at its end.
 */
export class RingNumbers {
  /** The window is what lies from the ring's `first` to before its `end`, the oldest tick first. */
  readonly stretch: Float64Array;
  readonly #slots: number;

  constructor(slots: number) {
    this.stretch = new Float64Array(2 * slots);
    this.#slots = slots;
  }

  at(slot: number): number {
    return this.stretch[slot] ?? 0;
  }

  set(slot: number, value: number): void {
    this.stretch[slot] = value;
    this.stretch[slot + this.#slots] = value;
  }
}

/** Hands out slots that its owner keeps values in; nothing is allocated after it is made. */
export class TickRing {
  readonly slots: number;
  /** When each tick ended, in ms. */
  readonly endMs: RingNumbers;
  readonly #overMs: number;
  readonly #spanMs: Float64Array;
  #first = 0;
  #filled = 0;
  #coveredMs = 0;

  constructor(overMs: number, slots: number) {
    this.#overMs = overMs;
    this.slots = slots;
    this.endMs = new RingNumbers(slots);
    this.#spanMs = new Float64Array(slots);
  }

  /** Ticks in the window. */
  get filled(): number {
    return this.#filled;
  }

  /** Whether at least half of the window's time is covered by ticks. */
  get isHalfCovered(): boolean {
    return this.#coveredMs >= this.#overMs / 2;
  }

  /** The slot of the oldest tick, where the window's stretch of numbers begins. */
  get first(): number {
    return this.#first;
  }

  /** Where the stretch ends. */
  get end(): number {
    return this.#first + this.#filled;
  }

  /** Takes the slot for a tick that stands for the `spanMs` before `endMs`. There must be room. */
  push(endMs: number, spanMs: number): number {
    const slot = this.end % this.slots;
    this.endMs.set(slot, endMs);
    this.#spanMs[slot] = spanMs;
    this.#filled++;
    this.#coveredMs += spanMs;
    return slot;
  }

  /**
   * Lets out what no longer belongs to the window at `nowMs`, and the oldest where there is no room for another. A tick
   * belongs to the window when the middle of its time does, so that one that came a millisecond early or late changes
   * nothing.
   */
  advance(nowMs: number, letOut: (slot: number) => void = () => {}): void {
    while (this.#filled > 0) {
      const slot = this.#first;
      const spanMs = this.#spanMs[slot] ?? 0;
      const isOut = this.endMs.at(slot) - spanMs / 2 <= nowMs - this.#overMs;
      if (!isOut && this.#filled < this.slots) return;
      this.#first = (this.#first + 1) % this.slots;
      this.#filled--;
      this.#coveredMs -= spanMs;
      letOut(slot);
    }
  }

  clear(): void {
    this.#filled = 0;
    this.#coveredMs = 0;
  }
}
