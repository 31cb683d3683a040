/**
 * Conditions as formulas whose atoms are true or false: negations are pushed down to the comparisons, and a
 * comparison claims too that its facts are known. "The condition is known to be true" is one formula, "it is known
 * to be false" another; where neither holds it is unknown.
 */
import type { Condition } from '../../shapes/rule.js';
import type { Formula, Naming } from './atoms.js';
import { leafOf } from './leaf.js';

/** The formula of "`condition` is known to be `wanted`". */
export function formulaOf(condition: Condition, wanted: boolean, naming: Naming): Formula {
  switch (condition.op) {
    case 'all':
    case 'any': {
      const parts = condition.children.map((child) => formulaOf(child, wanted, naming));
      return { kind: (condition.op === 'all') === wanted ? 'and' : 'or', parts };
    }
    case 'not':
      return formulaOf(condition.child, !wanted, naming);
    case 'ref':
      return formulaOf(condition.child, wanted, naming);
    default:
      return leafOf(condition, wanted, naming);
  }
}

/** How many clauses the disjunctive form has; counted no further than one past `limit`. */
export function countClauses(formula: Formula, limit: number): number {
  if (formula.kind !== 'and' && formula.kind !== 'or') return 1;
  let count = formula.kind === 'and' ? 1 : 0;
  for (const part of formula.parts) {
    const own = countClauses(part, limit);
    count = Math.min(limit + 1, formula.kind === 'and' ? count * own : count + own);
  }
  return count;
}

/** How many comparisons a condition makes, with all references followed. */
export function countComparisons(condition: Condition): number {
  switch (condition.op) {
    case 'all':
    case 'any':
      return condition.children.reduce((sum, child) => sum + countComparisons(child), 0);
    case 'not':
    case 'ref':
      return countComparisons(condition.child);
    default:
      return 1;
  }
}
