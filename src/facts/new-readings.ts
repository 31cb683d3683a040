/** Tells a new reading of a fact from one that still stands, by the time at which it was true. */
import type { FactView } from '../shapes/reading.js';

/** For one fact; asking takes the reading as seen. */
export class NewReadings {
  #lastMs = Number.NEGATIVE_INFINITY;

  /** Whether the fact's reading is newer than the one seen last. */
  has(fact: string, facts: FactView): boolean {
    const atMs = facts.reading(fact)?.atMs ?? Number.NEGATIVE_INFINITY;
    if (atMs <= this.#lastMs) return false;
    this.#lastMs = atMs;
    return true;
  }
}
