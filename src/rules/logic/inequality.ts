/** Linear inequalities between variables. */
import type { Fraction } from './fraction.js';

/** The sum of `terms` (variable times coefficient) plus `constant` is below zero, or at most zero. */
export interface Inequality {
  terms: ReadonlyMap<string, Fraction>;
  constant: Fraction;
  strict: boolean;
  /** It is the end of a fact's range: a solution need not lie near it. */
  isRange: boolean;
}
