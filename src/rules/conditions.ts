/** YAML conditions to checked conditions: names looked up, types compared, references resolved. */
import { type FactDefinition, refuseValue } from '../facts/catalogue.js';
import { didYouMean } from '../nearest.js';
import type { FactValue } from '../shapes/reading.js';
import { type Condition, type Operand, ORDER_OPERATORS, type OrderOperator } from '../shapes/rule.js';
import type { Path } from './document.js';
import type { FactNames } from './fact-names.js';
import { show } from './schema.js';

/** Says what is wrong at a path of the file; the caller knows the file and the rule. */
export type Complain = (
  path: Path,
  code: string,
  message: string,
  expected: string | null,
  ofKey?: boolean,
) => void;

/** Why a named condition cannot be used; null where the reason was told already. */
export interface RefusedRef {
  refused: { code: string; message: string; expected: string } | null;
}

/** Gives a named condition, checked, or the reason it cannot be used. */
export type Resolve = (name: string) => Condition | RefusedRef;

/** What the checks of a comparison need of the book around it. */
export interface FactContext {
  names: FactNames;
  complain: Complain;
}

/** What the checks of a condition need. */
export interface ConditionContext extends FactContext {
  resolve: Resolve;
}

type Raw = Record<string, unknown>;

/** The types of facts in words. */
export const KINDS = { number: 'a number', boolean: 'true or false', word: 'a word' } as const;

/** Builds a condition of the schema's shape. Mistakes are told; the condition is then not to be used. */
export function buildCondition(raw: Raw, path: Path, context: ConditionContext): Condition {
  const parts = Object.entries(raw).map(([key, value]) => buildEntry(key, value, [...path, key], context));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { op: 'all', children: parts };
}

function buildEntry(key: string, value: unknown, path: Path, context: ConditionContext): Condition {
  if (key === 'all' || key === 'any') {
    const children = (value as Raw[]).map((child, i) => buildCondition(child, [...path, i], context));
    return { op: key, children };
  }
  if (key === 'not') return { op: 'not', child: buildCondition(value as Raw, path, context) };
  if (key === 'ref') {
    const name = String(value);
    const child = context.resolve(name);
    if (!('refused' in child)) return { op: 'ref', name, child };
    const { refused } = child;
    if (refused !== null) context.complain(path, refused.code, refused.message, refused.expected);
    return { op: 'all', children: [] };
  }
  checkFact(key, path, context);
  const leaves = Object.entries(value as Raw).map(([op, right]) =>
    buildLeaf(key, op, right, [...path, op], context),
  );
  const [only] = leaves;
  return leaves.length === 1 && only !== undefined ? only : { op: 'all', children: leaves };
}

/** Complains about a name that is no fact, at the key of that name unless `ofKey` is off. */
export function checkFact(fact: string, path: Path, { names, complain }: FactContext, ofKey = true): void {
  if (names.look(fact) !== undefined || names.mayBeLost(fact)) return;
  const hint = didYouMean(fact, names.all());
  complain(path, 'unknown-fact', `no fact is named "${fact}"${hint}`, names.expected, ofKey);
}

function buildLeaf(fact: string, op: string, right: unknown, path: Path, context: FactContext): Condition {
  const { names, complain } = context;
  const definition = names.look(fact);
  const literals = (values: unknown): FactValue[] => {
    for (const value of [values].flat()) {
      // A threshold outside a reading's range is odd but means something; a wrong type never compares true.
      const refusal =
        definition === undefined
          ? null
          : refuseValue({ ...definition, range: [-1e300, 1e300] }, value as FactValue);
      if (refusal === null) continue;
      const hint = typeof value === 'string' ? didYouMean(value, definition?.words ?? []) : '';
      const expected = refusal.replace(/^expected /, '').replace(/, got [\s\S]*$/, '');
      complain(path, 'bad-type', `"${fact}" is never ${show(value)}${hint}`, expected);
    }
    return [values].flat() as FactValue[];
  };
  if (op === 'known') return { op, fact, known: right === true };
  if (op === 'oneOf' || op === 'noneOf') return { op, fact, values: literals(right) };
  if (op === 'between') {
    if (definition !== undefined && definition.type !== 'number') {
      complainOfOrder(fact, definition, path, complain);
      return { op: 'all', children: [] };
    }
    const [low = 0, high = 0] = literals(right) as number[];
    if (low > high)
      complain(path, 'unsatisfiable', `between [${low}, ${high}] is never true`, 'the lower end first');
    return { op, fact, low, high };
  }
  const isOrder = (ORDER_OPERATORS as readonly string[]).includes(op);
  if (isOrder && definition !== undefined && definition.type !== 'number') {
    complainOfOrder(fact, definition, path, complain);
    return { op: 'all', children: [] };
  }
  const operand = buildOperand(right, path, context);
  if ('literal' in operand) literals(operand.literal);
  else checkSameType(fact, operand.fact, path, context);
  return isOrder
    ? { op: op as OrderOperator, fact, right: operand }
    : { op: op as 'is' | 'isNot', fact, right: operand };
}

function complainOfOrder(fact: string, { type }: FactDefinition, path: Path, complain: Complain): void {
  const message = `"${fact}" is ${KINDS[type]}, it is not more or less than anything`;
  complain(path, 'bad-operator', message, 'is, isNot, oneOf or noneOf', true);
}

/** A literal or `{ fact, times, plus }` with its defaults. */
export function buildOperand(raw: unknown, path: Path, context: FactContext): Operand {
  if (typeof raw !== 'object' || raw === null) return { literal: raw as FactValue };
  const { fact, times = 1, plus = 0 } = raw as { fact: string; times?: number; plus?: number };
  checkFact(fact, [...path, 'fact'], context, false);
  const type = context.names.look(fact)?.type;
  if ((times !== 1 || plus !== 0) && type !== undefined && type !== 'number') {
    context.complain(
      path,
      'bad-type',
      `"${fact}" is no number, it cannot be multiplied or added to`,
      'a fact that is a number',
    );
  }
  return { fact, times, plus };
}

function checkSameType(left: string, right: string, path: Path, { names, complain }: FactContext): void {
  const leftType = names.look(left)?.type;
  const rightType = names.look(right)?.type;
  if (leftType === undefined || rightType === undefined || leftType === rightType) return;
  complain(
    path,
    'bad-type',
    `"${left}" is ${KINDS[leftType]}, "${right}" is ${KINDS[rightType]}`,
    `a fact that is ${KINDS[leftType]}`,
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
