/** Formulas and their atoms: claims about variables that are true or false. */
import type { FactValue } from '../../shapes/reading.js';
import { type Fraction, ONE, ZERO } from './fraction.js';
import type { Inequality } from './inequality.js';

/** A claim about variables. `says` is the comparison it was made of, as people write it. */
export type Atom = { says: string } & (
  | { kind: 'linear'; inequality: Inequality }
  | { kind: 'member'; variable: string; values: readonly FactValue[]; isIn: boolean }
  | { kind: 'same'; left: string; right: string; isSame: boolean }
  | { kind: 'known'; variable: string; known: boolean }
);

/** Claims that are all true, of which one is, or one claim. */
export type Formula = All | Any | Atom;

/** True where every part is; without parts it is true. */
export interface All {
  kind: 'and';
  parts: readonly Formula[];
}

/** True where one part is; without parts it is false. */
export interface Any {
  kind: 'or';
  parts: readonly Formula[];
}

/** A formula that nothing makes true. */
export const NEVER: Formula = { kind: 'or', parts: [] };

/** A fact's value in terms of a variable: the variable times a number plus a number. */
export interface Term {
  variable: string;
  times: Fraction;
  plus: Fraction;
}

/** What stands for a fact; null where nothing is to be said of it, and a comparison with it counts as never true. */
export type Naming = (fact: string) => Term | null;

/** Each fact as a variable of its own name. */
export const byName: Naming = (fact) => ({ variable: fact, times: ONE, plus: ZERO });
