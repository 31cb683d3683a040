/**
 * A quick look at inequalities before they are solved exactly: each bounds its variables by the bounds of the others,
 * and most that contradict each other do so at once. In doubles that are rounded outwards, so that "empty" is sure.
 */
import { toNumber } from './fraction.js';
import type { Inequality } from './inequality.js';

/** Bounds reach each other by way of so many inequalities; what needs more is left to the exact answer. */
const ROUNDS = 3;
/** More than the doubles of one inequality can be wrong by, as a share of its largest part. */
const ROUNDING = 1e-12;

interface Row {
  variables: number[];
  coefficients: number[];
  constant: number;
}

/** True only when nothing satisfies all of them. */
export function isPlainlyEmpty(inequalities: readonly Inequality[]): boolean {
  const index = new Map<string, number>();
  const rows = inequalities.map(({ terms, constant }): Row => {
    const row: Row = { variables: [], coefficients: [], constant: toNumber(constant) };
    for (const [name, coefficient] of terms) {
      if (coefficient.top === 0n) continue;
      if (!index.has(name)) index.set(name, index.size);
      row.variables.push(index.get(name) ?? 0);
      row.coefficients.push(toNumber(coefficient));
    }
    return row;
  });
  const lows: number[] = new Array(index.size).fill(Number.NEGATIVE_INFINITY);
  const highs: number[] = new Array(index.size).fill(Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round++) {
    for (const row of rows) narrow(row, lows, highs);
    if (lows.some((low, i) => low > (highs[i] ?? 0))) return true;
  }
  return false;
}

/** Of `Σ coefficient × variable + constant ≤ 0` each variable has what the least of all others leaves it. */
function narrow({ variables, coefficients, constant }: Row, lows: number[], highs: number[]): void {
  for (const [at, variable] of variables.entries()) {
    let sum = constant;
    let size = Math.abs(constant);
    for (const [i, other] of variables.entries()) {
      if (i === at) continue;
      const coefficient = coefficients[i] ?? 0;
      const least = coefficient * ((coefficient > 0 ? lows[other] : highs[other]) ?? 0);
      sum += least;
      size += Math.abs(least);
    }
    if (!Number.isFinite(sum)) continue;
    const own = coefficients[at] ?? 1;
    const end = -sum / own;
    const slack = (ROUNDING * size) / Math.abs(own);
    if (own > 0) highs[variable] = Math.min(highs[variable] ?? 0, end + slack);
    else lows[variable] = Math.max(lows[variable] ?? 0, end - slack);
  }
}
