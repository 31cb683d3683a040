/** Facts over ten seconds as smallest, mean and largest: what is kept of a run when its ticks are no longer looked at. */
import type { Cell } from './cells.js';

/** Length of one roll-up in ms. */
export const ROLL_UP_MS = 10_000;
/** Digits that are kept: charts need no more, and a day takes a third of the room. */
const DIGITS = 5;

/** One fact's values of a stretch: three numbers, one where they are the same, null where there was none. */
type Folded = [min: number, mean: number, max: number] | number | null;

/** One stretch of all facts that were ever told, each in the place of its name. */
export interface RolledUp {
  /** Wall time in ms at which it begins. */
  wallMs: number;
  facts: string[];
  values: Folded[];
}

interface Gathered {
  n: number;
  sum: number;
  min: number;
  max: number;
}

/** Gathers values of the present stretch and gives the one before when it is over. */
export class RollUp {
  readonly #facts: Map<string, Gathered> = new Map();
  #startMs: number | null = null;

  /** The stretch that is over at this time, before its values are added; null while it goes on. */
  due(wallMs: number): RolledUp | null {
    const startMs = Math.floor(wallMs / ROLL_UP_MS) * ROLL_UP_MS;
    const over = this.#startMs === null || this.#startMs === startMs ? null : this.take();
    this.#startMs = startMs;
    return over;
  }

  add(fact: string, value: number): void {
    const gathered = this.#facts.get(fact);
    if (gathered === undefined) {
      this.#facts.set(fact, { n: 1, sum: value, min: value, max: value });
      return;
    }
    gathered.n++;
    gathered.sum += value;
    gathered.min = Math.min(gathered.min, value);
    gathered.max = Math.max(gathered.max, value);
  }

  /** What was gathered, to begin anew; a fact that tells nothing for a while keeps its place. */
  take(): RolledUp | null {
    if (this.#startMs === null || this.#facts.size === 0) return null;
    const facts = [...this.#facts.keys()];
    const values = [...this.#facts.values()].map(fold);
    for (const gathered of this.#facts.values()) Object.assign(gathered, EMPTY);
    return { wallMs: this.#startMs, facts, values };
  }
}

const EMPTY: Gathered = { n: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };

function fold({ n, sum, min, max }: Gathered): Folded {
  if (n === 0) return null;
  const all = [min, sum / n, max].map((value) => Number(value.toPrecision(DIGITS)));
  const [low = 0, mean = 0, high = 0] = all;
  return low === high ? low : [low, mean, high];
}

/** A folded value as a cell of `ROLL_UP_MS`; null where there is none or where it is none. */
export function cellOf(wallMs: number, folded: unknown): Cell | null {
  const [min, mean, max] = Array.isArray(folded) ? folded : [folded, folded, folded];
  if (typeof min !== 'number' || typeof mean !== 'number' || typeof max !== 'number') return null;
  return { wallMs, forMs: ROLL_UP_MS, min, mean, max };
}
