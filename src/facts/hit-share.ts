/** The share of frames that met the budget of their time, over the last minute. */
import { TickRing } from './tick-ring.js';

/** Counts are whole numbers: what comes in and goes out one by one leaves no rounding behind. */
export class HitShare {
  readonly #ring: TickRing;
  readonly #frames: Float64Array;
  readonly #hits: Float64Array;
  #allFrames = 0;
  #allHits = 0;

  /** Over `overMs`, in ticks of `tickMs`. */
  constructor(overMs: number, tickMs: number) {
    this.#ring = new TickRing(overMs, Math.ceil(overMs / tickMs) + 1);
    this.#frames = new Float64Array(this.#ring.slots);
    this.#hits = new Float64Array(this.#ring.slots);
  }

  /** Adds the tick of `spanMs` that ends now: its frames, and how many of them met the budget. */
  push(atMs: number, spanMs: number, frames: number, hits: number): void {
    this.#ring.advance(atMs, this.#letOut);
    const slot = this.#ring.push(atMs, spanMs);
    this.#frames[slot] = frames;
    this.#hits[slot] = hits;
    this.#allFrames += frames;
    this.#allHits += hits;
  }

  /** 0 to 1 at the newest tick; undefined while less than half of the time is covered, or without a frame. */
  get share(): number | undefined {
    return this.#ring.isHalfCovered && this.#allFrames > 0 ? this.#allHits / this.#allFrames : undefined;
  }

  clear(): void {
    this.#ring.clear();
    this.#allFrames = 0;
    this.#allHits = 0;
  }

  readonly #letOut = (slot: number): void => {
    this.#allFrames -= this.#frames[slot] ?? 0;
    this.#allHits -= this.#hits[slot] ?? 0;
  };
}
