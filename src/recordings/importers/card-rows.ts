/** Rows of several cards at one instant become one sample: `gpu.` is the card that is told first, `gpu.1.` the next. */
import type { FactValue } from '../../shapes/reading.js';
import { ofCard } from './columns.js';
import type { LogRow } from './importer.js';

/** A loop over eight cards and a clock that tells seconds stay below this. */
const INSTANT_MS = 1_000;
/** Without a card's number, or in another order, rows this near are of one instant: nvidia-smi tells them 1 ms apart. */
const NEAR_MS = 2;

/** Gathers the rows of an instant. */
export class CardRows {
  readonly #emit: (row: LogRow) => void;
  /** Cards by what names them, in the order they were first told. */
  readonly #cards = new Map<string, number>();
  #row: LogRow | null = null;
  /** The cards of the present instant, and the last of them. */
  readonly #told = new Set<number>();
  #lastCard = -1;
  #lastMs = 0;

  constructor(emit: (row: LogRow) => void) {
    this.#emit = emit;
  }

  /** One card's row; `key` names the card, null where the log does not. */
  add(timeMs: number, key: string | null, facts: Record<string, FactValue>, begins = false): void {
    const row = this.#row;
    const card = key === null ? this.#lastCard + 1 : this.#cardOf(key);
    const afterMs = row === null ? 0 : timeMs - row.timeMs;
    const isInOrder =
      card > this.#lastCard && afterMs >= 0 && afterMs <= (key === null ? NEAR_MS : INSTANT_MS);
    const isNear = key !== null && Math.abs(timeMs - this.#lastMs) <= NEAR_MS;
    const isSame = row !== null && !begins && !this.#told.has(card) && (isInOrder || isNear);
    this.#lastMs = timeMs;
    if (isSame) {
      this.#lastCard = card;
      this.#told.add(card);
      for (const [fact, value] of Object.entries(facts)) row.facts[ofCard(fact, card)] = value;
      return;
    }
    this.end();
    const first = key === null ? 0 : card;
    this.#lastCard = first;
    this.#told.clear();
    this.#told.add(first);
    this.#row = { timeMs, facts: first === 0 ? facts : renamed(facts, first), begins };
  }

  /** Tells the instant that is being gathered. */
  end(): void {
    if (this.#row !== null) this.#emit(this.#row);
    this.#row = null;
  }

  #cardOf(key: string): number {
    const card = this.#cards.get(key) ?? this.#cards.size;
    this.#cards.set(key, card);
    return card;
  }
}

function renamed(facts: Record<string, FactValue>, card: number): Record<string, FactValue> {
  return Object.fromEntries(Object.entries(facts).map(([fact, value]) => [ofCard(fact, card), value]));
}
