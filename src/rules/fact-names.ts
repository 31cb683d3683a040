/** The names that mean a fact in one book: the catalogue's, and those of the book's signals. */
import { CATALOGUE, type FactDefinition, lookUpFact } from '../facts/catalogue.js';

/** What the names of one book's facts are looked up in. */
export interface FactNames {
  /** What a name means; undefined for one that means nothing. */
  look(name: string): FactDefinition | undefined;
  /** Every fixed name, for the nearest right one. */
  all(): string[];
  /** What a name should be, for messages. */
  readonly expected: string;
  /** Whether a signal of this name may stand in what could not be read of the book. */
  mayBeLost(name: string): boolean;
}

/** The catalogue's names and these. `mayBeLost` tells of names whose definition could not be read. */
export function factNames(
  signals: ReadonlyMap<string, FactDefinition>,
  mayBeLost: (name: string) => boolean = () => false,
): FactNames {
  return {
    look: (name) => lookUpFact(name) ?? signals.get(name),
    all: () => [...signals.keys(), ...Object.keys(CATALOGUE)],
    expected: `a fact of the catalogue${signals.size === 0 ? '' : ' or a signal of the book'}`,
    mayBeLost,
  };
}

/** The names of a book without signals. */
export const CATALOGUE_NAMES: FactNames = factNames(new Map());
