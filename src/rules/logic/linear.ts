/**
 * Whether linear inequalities have a common solution, and one of them: Fourier–Motzkin elimination in whole numbers,
 * so strict and non-strict ends are told apart exactly.
 */
import { type Budget, MAX_INEQUALITIES } from './budget.js';
import { type Bound, chooseBetween } from './choose.js';
import { add, divide, type Fraction, gcd, multiply, negate, ZERO } from './fraction.js';
import type { Inequality } from './inequality.js';
import { isPlainlyEmpty } from './narrow.js';

/** With exact values where there is a solution; undecided where elimination grows too large. */
export type LinearAnswer =
  | { kind: 'satisfiable'; point: Map<string, Fraction> }
  | { kind: 'unsatisfiable' }
  | { kind: 'undecided' };

/** An inequality over whole numbers without a common divisor. */
interface Row {
  terms: ReadonlyMap<string, bigint>;
  constant: bigint;
  strict: boolean;
  isRange: boolean;
}

/** Answers for all of `inequalities` together; undecided when they grow past the bounds of `budget.ts`. */
export function solveLinear(inequalities: readonly Inequality[], budget: Budget): LinearAnswer {
  if (!budget.spend(1)) return { kind: 'undecided' };
  if (isPlainlyEmpty(inequalities)) return { kind: 'unsatisfiable' };
  let rows = meaningful(inequalities.map(toRow));
  if (rows === null) return { kind: 'unsatisfiable' };
  const eliminated: { variable: string; rows: Row[] }[] = [];
  for (;;) {
    const variable = cheapest(rows);
    if (variable === null) break;
    const [uppers, lowers] = [withSign(rows, variable, 1), withSign(rows, variable, -1)];
    const others = rows.filter((row) => !row.terms.has(variable));
    const count = uppers.length * lowers.length;
    if (others.length + count > MAX_INEQUALITIES || !budget.spend(1 + count)) return { kind: 'undecided' };
    eliminated.push({ variable, rows: [...uppers, ...lowers] });
    const combined = uppers.flatMap((upper) => lowers.map((lower) => combine(upper, lower, variable)));
    rows = meaningful([...others, ...combined]);
    if (rows === null) return { kind: 'unsatisfiable' };
  }
  return { kind: 'satisfiable', point: backwards(eliminated) };
}

function toRow({ terms, constant, strict, isRange }: Inequality): Row {
  let bottom = constant.bottom;
  for (const coefficient of terms.values())
    bottom = (bottom / gcd(bottom, coefficient.bottom)) * coefficient.bottom;
  const whole = (value: Fraction): bigint => value.top * (bottom / value.bottom);
  const named = [...terms].map(([name, value]): [string, bigint] => [name, whole(value)]);
  return reduceRow(new Map(named.filter(([, value]) => value !== 0n)), whole(constant), strict, isRange);
}

function reduceRow(terms: Map<string, bigint>, constant: bigint, strict: boolean, isRange: boolean): Row {
  let divisor = 0n;
  for (const value of terms.values()) divisor = gcd(divisor, value);
  if (divisor <= 1n) return { terms, constant, strict, isRange };
  // The constant may become a fraction: the divisor is kept to what divides it too.
  divisor = gcd(divisor, constant);
  if (divisor <= 1n) return { terms, constant, strict, isRange };
  const reduced = new Map([...terms].map(([name, value]) => [name, value / divisor]));
  return { terms: reduced, constant: constant / divisor, strict, isRange };
}

/** So many rows are gone through faster than they are compared. */
const FEW = 48;

/** The rows that still say something; null when a row without terms is false. */
function meaningful(rows: readonly Row[]): Row[] | null {
  for (const { terms, constant, strict } of rows) {
    if (terms.size === 0 && (constant > 0n || (strict && constant === 0n))) return null;
  }
  const open = rows.filter(({ terms }) => terms.size > 0);
  return open.length <= FEW ? open : tightest(open);
}

/** Of rows with the same terms the one that says most. */
function tightest(rows: readonly Row[]): Row[] {
  const kept = new Map<string, Row>();
  for (const row of rows) {
    const key = [...row.terms]
      .map(([name, value]) => `${value} ${name}`)
      .sort()
      .join();
    const before = kept.get(key);
    const isTighter =
      before === undefined ||
      row.constant > before.constant ||
      (row.constant === before.constant && row.strict && !before.strict);
    if (isTighter) kept.set(key, row);
  }
  return [...kept.values()];
}

/** The variable whose elimination leaves the fewest rows; null when none is left. */
function cheapest(rows: readonly Row[]): string | null {
  const signs = new Map<string, [number, number]>();
  for (const { terms } of rows) {
    for (const [name, value] of terms) {
      const counts = signs.get(name) ?? [0, 0];
      counts[value > 0n ? 0 : 1]++;
      signs.set(name, counts);
    }
  }
  let best: { name: string; cost: number } | null = null;
  for (const [name, [ups, downs]] of signs) {
    const cost = ups * downs - ups - downs;
    if (best === null || cost < best.cost) best = { name, cost };
  }
  return best?.name ?? null;
}

function withSign(rows: readonly Row[], variable: string, sign: 1 | -1): Row[] {
  return rows.filter(({ terms }) => {
    const value = terms.get(variable) ?? 0n;
    return sign > 0 ? value > 0n : value < 0n;
  });
}

/** The sum of both rows, each as often as takes the variable out. */
function combine(upper: Row, lower: Row, variable: string): Row {
  const [a, b] = [upper.terms.get(variable) ?? 0n, -(lower.terms.get(variable) ?? 0n)];
  const terms = new Map<string, bigint>();
  for (const [name, value] of upper.terms) terms.set(name, value * b);
  for (const [name, value] of lower.terms) terms.set(name, (terms.get(name) ?? 0n) + value * a);
  for (const [name, value] of terms) if (value === 0n) terms.delete(name);
  const constant = upper.constant * b + lower.constant * a;
  return reduceRow(terms, constant, upper.strict || lower.strict, upper.isRange && lower.isRange);
}

/** A value for each variable, the last eliminated first: between the ends that those before it leave. */
function backwards(eliminated: readonly { variable: string; rows: readonly Row[] }[]): Map<string, Fraction> {
  const point = new Map<string, Fraction>();
  for (const { variable, rows } of eliminated.toReversed()) {
    const lows: Bound[] = [];
    const highs: Bound[] = [];
    for (const { terms, constant, strict, isRange } of rows) {
      const own = terms.get(variable) ?? 1n;
      let rest: Fraction = { top: constant, bottom: 1n };
      for (const [name, value] of terms) {
        if (name === variable) continue;
        rest = add(rest, multiply({ top: value, bottom: 1n }, point.get(name) ?? ZERO));
      }
      const at = divide(negate(rest), { top: own, bottom: 1n });
      (own > 0n ? highs : lows).push({ at, strict, isRange });
    }
    point.set(variable, chooseBetween(lows, highs));
  }
  return point;
}
