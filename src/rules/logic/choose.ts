/** A number inside an interval that people would pick as an example. */
import { add, compare, divide, type Fraction, fractionOf, multiply, toNumber, ZERO } from './fraction.js';

/** One end of an interval. */
export interface Bound {
  at: Fraction;
  strict: boolean;
  /** It is the end of a fact's range: an example need not lie near it. */
  isRange: boolean;
}

const TWO = fractionOf(2);
/** Examples have at most so many digits after the point; where none of these fits, the middle is taken. */
const MAX_DIGITS = 9;
/** The largest power of ten that an example steps by. */
const MAX_POWER = 15;
/**
 * What an example is a multiple of, the roundest first. Between ones and tenths stand the halves, quarters and
 * eighths: doubles add them without rounding, so a rule that adds to one fact to compare it with another is true
 * at its example as it is evaluated, not only as it is written.
 */
const UNITS: readonly Fraction[] = [
  ...powersOfTen(MAX_POWER, 0),
  ...[2n, 4n, 8n].map((bottom) => ({ top: 1n, bottom })),
  ...powersOfTen(-1, -MAX_DIGITS),
];

/** A round number inside all bounds, near the end that a comparison sets. There must be one. */
export function chooseBetween(lows: readonly Bound[], highs: readonly Bound[]): Fraction {
  const low = strongest(lows, 1);
  const high = strongest(highs, -1);
  if (low !== null && high !== null && compare(low.at, high.at) === 0) return low.at;
  const isNearLow = low !== null && (high === null || (high.isRange && !low.isRange));
  const isNearHigh = high !== null && (low === null || (low.isRange && !high.isRange));
  if (isNearLow) return stepFrom(low.at, 1, high?.at ?? null);
  if (isNearHigh) return stepFrom(high.at, -1, low?.at ?? null);
  return low === null || high === null ? ZERO : roundMiddle(low.at, high.at);
}

function strongest(bounds: readonly Bound[], sign: 1 | -1): Bound | null {
  let best: Bound | null = null;
  for (const bound of bounds) {
    if (best === null || sign * compare(bound.at, best.at) > 0) best = bound;
  }
  return best;
}

/** The first multiple of a power of ten beyond `from`, of a tenth of its size, and short of `limit`. */
function stepFrom(from: Fraction, sign: 1 | -1, limit: Fraction | null): Fraction {
  const size = Math.floor(Math.log10(Math.max(10, Math.abs(toNumber(from)))));
  for (const unit of UNITS.slice(MAX_POWER - Math.min(size - 1, MAX_POWER))) {
    const steps = divide(from, unit);
    const whole = sign > 0 ? floor(steps) + 1n : -floor({ top: -steps.top, bottom: steps.bottom }) - 1n;
    const value = multiply({ top: whole, bottom: 1n }, unit);
    if (limit === null || sign * compare(value, limit) < 0) return value;
  }
  return limit === null ? from : middle(from, limit);
}

/** The multiple of the largest power of ten strictly between both ends, nearest to their middle. */
function roundMiddle(low: Fraction, high: Fraction): Fraction {
  const centre = middle(low, high);
  for (const unit of UNITS) {
    const whole = floor(add(divide(centre, unit), { top: 1n, bottom: 2n }));
    const value = multiply({ top: whole, bottom: 1n }, unit);
    if (compare(low, value) < 0 && compare(value, high) < 0) return value;
  }
  return centre;
}

function middle(low: Fraction, high: Fraction): Fraction {
  return divide(add(low, high), TWO);
}

function powersOfTen(from: number, to: number): Fraction[] {
  return Array.from({ length: from - to + 1 }, (_, i) => {
    const size = 10n ** BigInt(Math.abs(from - i));
    return from - i >= 0 ? { top: size, bottom: 1n } : { top: 1n, bottom: size };
  });
}

function floor({ top, bottom }: Fraction): bigint {
  const whole = top / bottom;
  return top < 0n && whole * bottom !== top ? whole - 1n : whole;
}
