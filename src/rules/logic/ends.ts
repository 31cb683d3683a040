/** What bounds one variable by itself. */
import { divide, type Fraction, negate } from './fraction.js';
import type { Inequality } from './inequality.js';

/** One end of what a variable may be. */
export interface End {
  at: Fraction;
  strict: boolean;
}

/** The end that an inequality sets to its only variable; null when it is about several, or about none really. */
export function boundedBy({
  terms,
  constant,
  strict,
}: Inequality): { variable: string; isUpper: boolean; end: End } | null {
  const [first, ...others] = terms;
  if (first === undefined || others.length > 0) return null;
  const [variable, coefficient] = first;
  if (coefficient.top === 0n) return null;
  const end = { at: divide(negate(constant), coefficient), strict };
  return { variable, isUpper: coefficient.top > 0n, end };
}

/** Whether two ends that are so ordered leave nothing between them. */
export function beyond(order: number, strict: boolean): boolean {
  return order > 0 || (order === 0 && strict);
}

/** An end as an inequality; none where there is no end. */
export function endRow(variable: string, end: End | undefined, sign: bigint, isRange: boolean): Inequality[] {
  if (end === undefined) return [];
  const { top, bottom } = end.at;
  const terms = new Map([[variable, { top: sign, bottom: 1n }]]);
  return [{ terms, constant: { top: -sign * top, bottom }, strict: end.strict, isRange }];
}
