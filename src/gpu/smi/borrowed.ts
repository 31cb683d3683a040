/** What this agent wrote to a card that tells its settings once a second only. */
import type { CardKnob } from '../../shapes/gpu.js';

/** Remembers writes until they are given back. Times are in ms of one monotonic clock. */
export class Borrowed {
  readonly #rowsLateMs: number;
  /** What was read back at a moment: newer than any row of before. */
  readonly #known: Map<CardKnob, { value: number; atMs: number }> = new Map();
  readonly #ours: Map<CardKnob, number> = new Map();
  /** What was in force before the first write. */
  readonly #found: Map<CardKnob, number> = new Map();

  /** A row that comes within `rowsLateMs` of a write may have been read before it. */
  constructor(rowsLateMs: number) {
    this.#rowsLateMs = rowsLateMs;
  }

  /** The value that was written last and not given back; undefined where there is none. */
  ours(knob: CardKnob): number | undefined {
    return this.#ours.get(knob);
  }

  /** The value that was read back, while rows may still be older than it; else undefined. */
  newer(knob: CardKnob, nowMs: number): number | undefined {
    const known = this.#known.get(knob);
    return known !== undefined && nowMs - known.atMs < this.#rowsLateMs ? known.value : undefined;
  }

  /** Takes what was read back after an attempt. */
  noteReadBack(knob: CardKnob, value: number, atMs: number): void {
    this.#known.set(knob, { value, atMs });
  }

  /** Takes a write that succeeded; `before` was in force. */
  noteWritten(knob: CardKnob, value: number, before: number): void {
    if (!this.#found.has(knob)) this.#found.set(knob, before);
    this.#ours.set(knob, value);
  }

  /** Another program took the setting over. */
  forget(knob: CardKnob): void {
    this.#found.delete(knob);
    this.#ours.delete(knob);
  }

  /** Everything was given back at `atMs`. */
  noteRestored(atMs: number): void {
    for (const [knob, value] of this.#found) this.noteReadBack(knob, value, atMs);
    this.#found.clear();
    this.#ours.clear();
  }
}
