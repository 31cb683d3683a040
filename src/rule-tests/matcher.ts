/** What an expectation says of one value, and whether a value is so. */
import type { Comparison, Expected } from '../shapes/generated/rule-test.js';
import type { FactValue } from '../shapes/reading.js';

/** One expectation of one value. */
export interface Matcher {
  /** In words, short enough for a column: `320`, `at most 320`, `known`. */
  text: string;
  /** It says what a value is not. */
  isNegative: boolean;
  /** Whether a value, null where there is none, is as expected. */
  matches(value: FactValue | null): boolean;
}

/** Relative difference below which two numbers are the same: what is left of decimal fractions in binary. */
const SAME = 1e-9;

/** Numbers that differ only by rounding count as the same. */
export function same(a: FactValue | null, b: FactValue | null): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  return Math.abs(a - b) <= SAME * Math.max(1, Math.abs(a), Math.abs(b));
}

/** A literal means this value; a map of operators means all of them. */
export function matcherOf(expected: Expected): Matcher {
  if (typeof expected !== 'object')
    return { text: String(expected), isNegative: false, matches: (value) => same(value, expected) };
  const parts = partsOf(expected);
  return {
    text: parts.map(({ text }) => text).join(', '),
    isNegative: expected.isNot !== undefined || expected.known === false,
    matches: (value) => parts.every((part) => part.matches(value)),
  };
}

/** Any value but this one. */
export function notMatcher(value: FactValue): Matcher {
  return matcherOf({ isNot: value });
}

type Part = Omit<Matcher, 'isNegative'>;

function partsOf({ above, atLeast, below, atMost, isNot, oneOf, known }: Comparison): Part[] {
  const parts: Part[] = [];
  const order = (text: string, bound: number | undefined, holds: (value: number) => boolean): void => {
    if (bound === undefined) return;
    parts.push({
      text: `${text} ${bound}`,
      matches: (value) =>
        typeof value === 'number' && (holds(value) || (text.startsWith('at') && same(value, bound))),
    });
  };
  order('above', above, (value) => value > Number(above));
  order('at least', atLeast, (value) => value >= Number(atLeast));
  order('below', below, (value) => value < Number(below));
  order('at most', atMost, (value) => value <= Number(atMost));
  if (isNot !== undefined)
    parts.push({ text: `not ${isNot}`, matches: (value) => value !== null && !same(value, isNot) });
  if (oneOf !== undefined)
    parts.push({ text: oneOf.join(' or '), matches: (value) => oneOf.some((one) => same(one, value)) });
  if (known !== undefined)
    parts.push({ text: known ? 'known' : 'unknown', matches: (value) => (value !== null) === known });
  return parts;
}
