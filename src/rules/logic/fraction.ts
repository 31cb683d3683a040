/**
 * Exact numbers. A number of a rule is the decimal it is written as: 0.1 times 3 is 0.3, so that no answer hangs on
 * a rounding.
 */

/** `top / bottom` in lowest terms; `bottom` is above zero. */
export interface Fraction {
  top: bigint;
  bottom: bigint;
}

/** 0 over 1, as every zero is. */
export const ZERO: Fraction = { top: 0n, bottom: 1n };
/** 1 over 1, the factor that changes nothing. */
export const ONE: Fraction = { top: 1n, bottom: 1n };

/** Ranges and ratios are asked for again and again. */
const known = new Map<number, Fraction>();
const MAX_KNOWN = 1_000;

/** The decimal that a finite number is written as. */
export function fractionOf(value: number): Fraction {
  const before = known.get(value);
  if (before !== undefined) return before;
  const fraction = parse(value);
  if (known.size < MAX_KNOWN) known.set(value, fraction);
  return fraction;
}

function parse(value: number): Fraction {
  const [, sign = '', whole = '0', digits = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  const top = BigInt(`${sign}${whole}${digits}`);
  const shift = Number(power) - digits.length;
  return shift >= 0 ? { top: top * 10n ** BigInt(shift), bottom: 1n } : reduce(top, 10n ** BigInt(-shift));
}

/** The nearest double; a decimal that `fractionOf` made comes back as it was. */
export function toNumber({ top, bottom }: Fraction): number {
  const [a, b] = [Number(top), Number(bottom)];
  if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) return a / b;
  const whole = top / bottom;
  return Number(whole) + Number(((top - whole * bottom) * 10n ** 18n) / bottom) / 1e18;
}

/** Exact and in lowest terms. */
export function add(a: Fraction, b: Fraction): Fraction {
  return reduce(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom);
}

/** Exact and in lowest terms. */
export function multiply(a: Fraction, b: Fraction): Fraction {
  return reduce(a.top * b.top, a.bottom * b.bottom);
}

/** `b` is not zero. */
export function divide(a: Fraction, b: Fraction): Fraction {
  return b.top < 0n
    ? reduce(-a.top * b.bottom, a.bottom * -b.top)
    : reduce(a.top * b.bottom, a.bottom * b.top);
}

/** The sign is the top's: the bottom stays above zero. */
export function negate({ top, bottom }: Fraction): Fraction {
  return { top: -top, bottom };
}

/** Below zero, zero or above zero, as `a` is below, equal to or above `b`. */
export function compare(a: Fraction, b: Fraction): number {
  const difference = a.top * b.bottom - b.top * a.bottom;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function reduce(top: bigint, bottom: bigint): Fraction {
  const divisor = gcd(top, bottom);
  return divisor === 1n ? { top, bottom } : { top: top / divisor, bottom: bottom / divisor };
}

/** The greatest common divisor; of 0 and n it is n. */
export function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y > 0n) [x, y] = [y, x % y];
  return x;
}
