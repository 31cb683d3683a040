/** YAML conditions to checked conditions: names looked up, types compared, references resolved. */
import { CATALOGUE, lookUpFact, refuseValue } from '../facts/catalogue.js';
import type { FactValue } from '../shapes/reading.js';
import { type Condition, type Operand, ORDER_OPERATORS, type OrderOperator } from '../shapes/rule.js';
import type { Path } from './document.js';
import { didYouMean } from './nearest.js';

/** Says what is wrong at a path of the file; the caller knows the file and the rule. */
export type Complain = (
  path: Path,
  code: string,
  message: string,
  expected: string | null,
  ofKey?: boolean,
) => void;

/** Gives a named condition, checked; null when there is none of that name or it refers to itself. */
export type Resolve = (name: string) => Condition | 'unknown' | 'cycle';

type Raw = Record<string, unknown>;

/** Builds a condition of the schema's shape. Mistakes go to `complain`; the condition is then not to be used. */
export function buildCondition(raw: Raw, path: Path, resolve: Resolve, complain: Complain): Condition {
  const parts = Object.entries(raw).map(([key, value]) =>
    buildEntry(key, value, [...path, key], resolve, complain),
  );
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { op: 'all', children: parts };
}

function buildEntry(
  key: string,
  value: unknown,
  path: Path,
  resolve: Resolve,
  complain: Complain,
): Condition {
  if (key === 'all' || key === 'any') {
    const children = (value as Raw[]).map((child, i) =>
      buildCondition(child, [...path, i], resolve, complain),
    );
    return { op: key, children };
  }
  if (key === 'not') return { op: 'not', child: buildCondition(value as Raw, path, resolve, complain) };
  if (key === 'ref') {
    const name = String(value);
    const child = resolve(name);
    if (typeof child !== 'string') return { op: 'ref', name, child };
    const message =
      child === 'cycle' ? `the condition "${name}" refers to itself` : `no condition is named "${name}"`;
    complain(
      path,
      child === 'cycle' ? 'cycle' : 'unknown-condition',
      message,
      'the name of a condition under conditions',
    );
    return { op: 'all', children: [] };
  }
  checkFact(key, path, complain);
  const leaves = Object.entries(value as Raw).map(([op, right]) =>
    buildLeaf(key, op, right, [...path, op], complain),
  );
  const [only] = leaves;
  return leaves.length === 1 && only !== undefined ? only : { op: 'all', children: leaves };
}

/** Complains about a name that is no fact. */
export function checkFact(fact: string, path: Path, complain: Complain): void {
  if (lookUpFact(fact) !== undefined) return;
  const hint = didYouMean(fact, Object.keys(CATALOGUE));
  complain(path, 'unknown-fact', `no fact is named "${fact}"${hint}`, 'a fact of the catalogue', true);
}

function buildLeaf(fact: string, op: string, right: unknown, path: Path, complain: Complain): Condition {
  const definition = lookUpFact(fact);
  const literals = (values: unknown): FactValue[] => {
    for (const value of [values].flat()) {
      // A threshold outside a reading's range is odd but means something; a wrong type never compares true.
      const refusal =
        definition === undefined
          ? null
          : refuseValue({ ...definition, range: [-1e300, 1e300] }, value as FactValue);
      if (refusal !== null)
        complain(
          path,
          'bad-type',
          `"${fact}" never has that value: ${refusal}`,
          refusal.split(',')[0] ?? null,
        );
    }
    return [values].flat() as FactValue[];
  };
  if (op === 'known') return { op, fact, known: right === true };
  if (op === 'oneOf' || op === 'noneOf') return { op, fact, values: literals(right) };
  if (op === 'between') {
    const [low = 0, high = 0] = literals(right) as number[];
    if (low > high)
      complain(path, 'unsatisfiable', `between [${low}, ${high}] is never true`, 'the lower end first');
    return { op, fact, low, high };
  }
  const isOrder = (ORDER_OPERATORS as readonly string[]).includes(op);
  if (isOrder && definition !== undefined && definition.type !== 'number') {
    complain(
      path,
      'bad-type',
      `"${fact}" is a ${definition.type}, it is not more or less than anything`,
      'is, isNot, oneOf or noneOf',
    );
  }
  const operand = buildOperand(right, path, complain);
  if ('literal' in operand) literals(operand.literal);
  else checkSameType(fact, operand.fact, path, complain);
  return isOrder
    ? { op: op as OrderOperator, fact, right: operand }
    : { op: op as 'is' | 'isNot', fact, right: operand };
}

/** A literal or `{ fact, times, plus }` with its defaults. */
export function buildOperand(raw: unknown, path: Path, complain: Complain): Operand {
  if (typeof raw !== 'object' || raw === null) return { literal: raw as FactValue };
  const { fact, times = 1, plus = 0 } = raw as { fact: string; times?: number; plus?: number };
  checkFact(fact, [...path, 'fact'], complain);
  if ((times !== 1 || plus !== 0) && lookUpFact(fact)?.type !== 'number') {
    complain(
      path,
      'bad-type',
      `"${fact}" is no number, it cannot be multiplied or added to`,
      'a fact that is a number',
    );
  }
  return { fact, times, plus };
}

function checkSameType(left: string, right: string, path: Path, complain: Complain): void {
  const leftType = lookUpFact(left)?.type;
  const rightType = lookUpFact(right)?.type;
  if (leftType === undefined || rightType === undefined || leftType === rightType) return;
  complain(
    path,
    'bad-type',
    `"${left}" is a ${leftType}, "${right}" is a ${rightType}`,
    `a fact that is a ${leftType}`,
  );
}

/** Every fact a condition looks at, also on right sides. */
export function factsOf(condition: Condition): Set<string> {
  const facts = new Set<string>();
  const walk = (node: Condition): void => {
    switch (node.op) {
      case 'all':
      case 'any':
        node.children.forEach(walk);
        return;
      case 'not':
      case 'ref':
        walk(node.child);
        return;
      default:
        facts.add(node.fact);
        if ('right' in node && 'fact' in node.right) facts.add(node.right.fact);
    }
  };
  walk(condition);
  return facts;
}
