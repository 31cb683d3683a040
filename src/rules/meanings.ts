/**
 * What each operator of a condition means. Truths are numbers here, false < unknown < true, so that `all` is the least
 * of its children and `any` the greatest.
 */
import type { FactValue } from '../shapes/reading.js';

/** False, unknown, true. */
export type Degree = 0 | 1 | 2;
/** The least truth: one false child decides an `all`. */
export const FALSE: Degree = 0;
/** Between the two: it decides nothing and is never acted on. */
export const UNKNOWN: Degree = 1;
/** The greatest truth: one true child decides an `any`. */
export const TRUE: Degree = 2;

/** A fact's value; undefined while it is unknown. */
export type Known = FactValue | undefined;

/** What each operator means, in one table: a test plants mistakes in it and sees that they are found. */
export interface Meanings {
  above(left: number, right: number): boolean;
  atLeast(left: number, right: number): boolean;
  below(left: number, right: number): boolean;
  atMost(left: number, right: number): boolean;
  is(left: FactValue, right: FactValue): boolean;
  isNot(left: FactValue, right: FactValue): boolean;
  oneOf(left: FactValue, values: readonly FactValue[]): boolean;
  noneOf(left: FactValue, values: readonly FactValue[]): boolean;
  between(left: number, low: number, high: number): boolean;
  known(value: Known, known: boolean): boolean;
  /** Whether a comparison may be made with this value. */
  isThere(value: Known): value is FactValue;
  /** Whether an order may be asked of this value. */
  isNumber(value: Known): value is number;
  scale(value: number, times: number, plus: number): number;
  not(degree: Degree): Degree;
  all(a: Degree, b: Degree): Degree;
  any(a: Degree, b: Degree): Degree;
}

/** What they do mean. */
export const MEANINGS: Meanings = {
  above: (left, right) => left > right,
  atLeast: (left, right) => left >= right,
  below: (left, right) => left < right,
  atMost: (left, right) => left <= right,
  is: (left, right) => left === right,
  isNot: (left, right) => left !== right,
  oneOf: (left, values) => values.includes(left),
  noneOf: (left, values) => !values.includes(left),
  between: (left, low, high) => left >= low && left <= high,
  known: (value, known) => (value !== undefined) === known,
  isThere: (value) => value !== undefined,
  isNumber: (value) => typeof value === 'number',
  scale: (value, times, plus) => value * times + plus,
  not: (degree) => (2 - degree) as Degree,
  all: (a, b) => (a < b ? a : b),
  any: (a, b) => (a > b ? a : b),
};
