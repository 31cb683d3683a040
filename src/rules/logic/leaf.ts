/** Comparisons as formulas. */
import { lookUpFact } from '../../facts/catalogue.js';
import type { FactValue } from '../../shapes/reading.js';
import type { Condition, Operand, OrderOperator } from '../../shapes/rule.js';
import { type Formula, type Naming, NEVER } from './atoms.js';
import { add, fractionOf, multiply, negate, ONE, ZERO } from './fraction.js';

/** A condition without others inside it. */
export type Leaf = Exclude<Condition, { op: 'all' | 'any' | 'not' | 'ref' }>;

const COMPLEMENT: Record<OrderOperator, OrderOperator> = {
  above: 'atMost',
  atLeast: 'below',
  below: 'atLeast',
  atMost: 'above',
};

/** The formula of "the comparison is known to be `wanted`". */
export function leafOf(leaf: Leaf, wanted: boolean, naming: Naming): Formula {
  const term = naming(leaf.fact);
  if (term === null) return NEVER;
  switch (leaf.op) {
    case 'known': {
      const known = leaf.known === wanted;
      return { kind: 'known', variable: term.variable, known, says: `${leaf.fact} known: ${known}` };
    }
    case 'above':
    case 'atLeast':
    case 'below':
    case 'atMost':
      return order(leaf.fact, wanted ? leaf.op : COMPLEMENT[leaf.op], leaf.right, naming);
    case 'between': {
      const low = order(leaf.fact, wanted ? 'atLeast' : 'below', { literal: leaf.low }, naming);
      const high = order(leaf.fact, wanted ? 'atMost' : 'above', { literal: leaf.high }, naming);
      return { kind: wanted ? 'and' : 'or', parts: [low, high] };
    }
    case 'is':
    case 'isNot':
      return equality(leaf.fact, (leaf.op === 'is') === wanted, leaf.right, naming);
    case 'oneOf':
    case 'noneOf':
      return membership(leaf.fact, (leaf.op === 'oneOf') === wanted, leaf.values, naming);
  }
}

/** Facts outside the catalogue are signals, and signals are numbers. */
function isNumber(fact: string): boolean {
  return (lookUpFact(fact)?.type ?? 'number') === 'number';
}

/** `fact op right` as an inequality that is below zero, or at most zero. */
function order(fact: string, op: OrderOperator, right: Operand, naming: Naming, says?: string): Formula {
  const left = naming(fact);
  const limit = 'fact' in right ? naming(right.fact) : null;
  if (left === null || ('fact' in right && limit === null)) return NEVER;
  const sign = op === 'below' || op === 'atMost' ? ONE : negate(ONE);
  const terms = new Map([[left.variable, multiply(sign, left.times)]]);
  let constant = left.plus;
  if (limit !== null && 'fact' in right) {
    const times = fractionOf(right.times);
    const before = terms.get(limit.variable) ?? ZERO;
    terms.set(limit.variable, add(before, multiply(negate(sign), multiply(times, limit.times))));
    const plus = add(multiply(times, limit.plus), fractionOf(right.plus));
    constant = add(constant, negate(plus));
  } else if ('literal' in right) {
    if (typeof right.literal !== 'number' || !Number.isFinite(right.literal)) return NEVER;
    constant = add(constant, negate(fractionOf(right.literal)));
  }
  const strict = op === 'below' || op === 'above';
  const inequality = { terms, constant: multiply(sign, constant), strict, isRange: false };
  return { kind: 'linear', inequality, says: says ?? `${fact} ${op} ${showOperand(right)}` };
}

function equality(fact: string, isSame: boolean, right: Operand, naming: Naming): Formula {
  const says = `${fact} ${isSame ? 'is' : 'isNot'} ${showOperand(right)}`;
  if (isNumber(fact)) {
    const ops = isSame ? (['atLeast', 'atMost'] as const) : (['below', 'above'] as const);
    const parts = ops.map((op) => order(fact, op, right, naming, says));
    return { kind: isSame ? 'and' : 'or', parts };
  }
  const left = naming(fact);
  if (left === null) return NEVER;
  if ('literal' in right) {
    return { kind: 'member', variable: left.variable, values: [right.literal], isIn: isSame, says };
  }
  const other = naming(right.fact);
  return other === null ? NEVER : { kind: 'same', left: left.variable, right: other.variable, isSame, says };
}

function membership(fact: string, isIn: boolean, values: readonly FactValue[], naming: Naming): Formula {
  const term = naming(fact);
  if (term === null) return NEVER;
  const says = `${fact} ${isIn ? 'oneOf' : 'noneOf'} [${values.join(', ')}]`;
  if (!isNumber(fact)) return { kind: 'member', variable: term.variable, values, isIn, says };
  const numbers = values.filter((value) => typeof value === 'number').sort((a, b) => a - b);
  const at = (op: OrderOperator, value: number): Formula => order(fact, op, { literal: value }, naming, says);
  if (isIn) {
    const points = numbers.map(
      (value): Formula => ({
        kind: 'and',
        parts: [at('atLeast', value), at('atMost', value)],
      }),
    );
    return { kind: 'or', parts: points };
  }
  // The gaps between the numbers, one clause each, instead of two clauses for each number.
  const gaps = [...numbers, null].map((value, i): Formula => {
    const below = numbers[i - 1];
    const parts = [
      ...(below === undefined ? [] : [at('above', below)]),
      ...(value === null ? [] : [at('below', value)]),
    ];
    return { kind: 'and', parts };
  });
  return { kind: 'or', parts: gaps };
}

function showOperand(right: Operand): string {
  if ('literal' in right) return String(right.literal);
  const times = right.times === 1 ? '' : ` times ${right.times}`;
  const plus = right.plus === 0 ? '' : right.plus > 0 ? ` plus ${right.plus}` : ` minus ${-right.plus}`;
  return `${right.fact}${times}${plus}`;
}
