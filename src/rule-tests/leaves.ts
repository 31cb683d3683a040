/** The comparisons of a condition, as branches that tests should see true, false and unknown. */
import type { LocatedDocument, Path } from '../rules/document.js';
import type { Condition, Operand, Rule } from '../shapes/rule.js';

/** A comparison, or a reference to a named condition, with its words. */
export interface Leaf {
  condition: Condition;
  text: string;
}

const LEAVES = new WeakMap<Condition, readonly Leaf[]>();

/** All comparisons of a condition, in the order in which they are written. */
export function leavesOf(condition: Condition): readonly Leaf[] {
  const before = LEAVES.get(condition);
  if (before !== undefined) return before;
  const leaves = findLeaves(condition);
  LEAVES.set(condition, leaves);
  return leaves;
}

function findLeaves(condition: Condition): Leaf[] {
  switch (condition.op) {
    case 'all':
    case 'any':
      return condition.children.flatMap(findLeaves);
    case 'not':
      return findLeaves(condition.child);
    default:
      return [{ condition, text: textOf(condition) }];
  }
}

/** Whether a condition can be unknown: only `known` never is. */
export function canBeUnknown(condition: Condition): boolean {
  switch (condition.op) {
    case 'all':
    case 'any':
      return condition.children.some(canBeUnknown);
    case 'not':
    case 'ref':
      return canBeUnknown(condition.child);
    default:
      return condition.op !== 'known';
  }
}

function textOf(condition: Condition): string {
  switch (condition.op) {
    case 'all':
    case 'any':
    case 'not':
      return condition.op;
    case 'ref':
      return `ref ${condition.name}`;
    case 'known':
      return `${condition.fact} known ${condition.known}`;
    case 'between':
      return `${condition.fact} between ${condition.low} and ${condition.high}`;
    case 'oneOf':
    case 'noneOf':
      return `${condition.fact} ${condition.op} ${condition.values.join(', ')}`;
    default:
      return `${condition.fact} ${condition.op} ${operandText(condition.right)}`;
  }
}

/** A number, a word, or a fact as `fact × times + plus`. */
export function operandText(operand: Operand): string {
  if ('literal' in operand) return String(operand.literal);
  const { fact, times, plus } = operand;
  const factor = times === 1 ? '' : ` × ${times}`;
  const sum = plus === 0 ? '' : plus > 0 ? ` + ${plus}` : ` − ${-plus}`;
  return `${fact}${factor}${sum}`;
}

/** The line of each comparison of a rule's `when` and `until`, in the order of `leavesOf`. */
export function leafLines(document: LocatedDocument, rule: Rule): { when: number[]; until: number[] } {
  const rules = (document.data as { rules?: Record<string, unknown>[] } | null)?.rules ?? [];
  const index = rules.findIndex((raw) => raw?.id === rule.id);
  const lines = (key: 'when' | 'until'): number[] =>
    pathsOf(rules[index]?.[key], ['rules', index, key]).map((path) => document.locate(path, true).line);
  return { when: lines('when'), until: lines('until') };
}

function pathsOf(raw: unknown, path: Path): Path[] {
  return Object.entries(Object(raw) as Record<string, unknown>).flatMap(([key, value]) => {
    const at = [...path, key];
    if (key === 'all' || key === 'any')
      return Array.isArray(value) ? value.flatMap((child, i) => pathsOf(child, [...at, i])) : [];
    if (key === 'not') return pathsOf(value, at);
    if (key === 'ref') return [at];
    return Object.keys(Object(value) as object).map((op) => [...at, op]);
  });
}
