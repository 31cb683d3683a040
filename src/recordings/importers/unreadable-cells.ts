/** Cells of a log that should hold a fact and are neither a value nor a mark for none: counted, the first one shown. */
import { count } from '../../count.js';
import { DECIMAL_COMMA } from './cells.js';

/** How much of a cell is shown, in characters. */
const SHOWN_CHARS = 40;

/** What could not be read of one fact. */
export interface Unreadable {
  /** How many cells. */
  n: number;
  /** The column: its name as a mapping gives it, or as `column 3 "GPU Load [%]"`. */
  column: string;
  /** Where the first of them is, `FILE:LINE`. */
  first: string;
  /** What it holds. */
  cell: string;
}

/** Counts them by fact. */
export class UnreadableCells {
  readonly #byFact = new Map<string, Unreadable>();

  /** One cell, at `FILE:LINE`. */
  add(fact: string, column: string, cell: string, place: string): void {
    const before = this.#byFact.get(fact);
    if (before !== undefined) before.n++;
    else this.#byFact.set(fact, { n: 1, column, first: place, cell: cell.trim().slice(0, SHOWN_CHARS) });
  }

  /** By fact, in the order in which they were met. */
  counts(): Record<string, Unreadable> {
    return Object.fromEntries(this.#byFact);
  }

  /** A sentence for each fact; `isMapped` where a mapping can say what a comma is. */
  notes(isMapped: boolean): string[] {
    return [...this.#byFact].map(([fact, { n, column, first, cell }]) => {
      const remedy =
        isMapped && DECIMAL_COMMA.test(cell)
          ? '; if its comma is a decimal one, say decimal: "," in the mapping'
          : '';
      return `${count(n, 'cell')} of ${column} cannot be read as ${fact}, first ${JSON.stringify(cell)} at ${first}${remedy}`;
    });
  }
}
