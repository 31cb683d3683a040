/** What a condition must know to be true or false, and nothing else. */
import type { Condition, Operand } from '../shapes/rule.js';

/** A fact that must be known, and a number where an order or a sum is asked of it. */
export interface Need {
  fact: string;
  isNumber: boolean;
}

/** Every need of a condition, each once; `known` needs nothing. */
export function needsOf(condition: Condition): Need[] {
  const needs = new Map<string, Need>();
  visit(condition, (fact, isNumber) => {
    needs.set(fact, { fact, isNumber: isNumber || needs.get(fact)?.isNumber === true });
  });
  return [...needs.values()];
}

function visit(condition: Condition, need: (fact: string, isNumber: boolean) => void): void {
  switch (condition.op) {
    case 'all':
    case 'any':
      for (const child of condition.children) visit(child, need);
      return;
    case 'not':
    case 'ref':
      visit(condition.child, need);
      return;
    case 'known':
      return;
    case 'between':
      need(condition.fact, true);
      return;
    case 'oneOf':
    case 'noneOf':
      need(condition.fact, false);
      return;
    case 'is':
    case 'isNot':
      need(condition.fact, false);
      visitRight(condition.right, false, need);
      return;
    default:
      need(condition.fact, true);
      visitRight(condition.right, true, need);
  }
}

function visitRight(right: Operand, isOrder: boolean, need: (fact: string, isNumber: boolean) => void): void {
  if ('fact' in right) need(right.fact, isOrder || right.times !== 1 || right.plus !== 0);
}
