/**
 * Whether a formula can be true, with values that make it so: exact inside the bounds of `budget.ts`, undecided
 * beyond them. Ranges and closed lists of the catalogue hold for every fact that is known.
 */
import { lookUpFact } from '../../facts/catalogue.js';
import type { Any, Formula } from './atoms.js';
import { type Budget, MAX_CLAUSES } from './budget.js';
import { type Answer, Clause, type LookUp } from './clause.js';
import { countClauses } from './formula.js';

/** A variable is a fact's name, with a prime for its value after a change. */
export const PRIME = "'";

/** The fact that a variable stands for, before a change or after it. */
export function factOf(variable: string): string {
  return variable.endsWith(PRIME) ? variable.slice(0, -PRIME.length) : variable;
}

/** The first clause that can be true answers. Without `ranges` what the catalogue says of the facts does not count. */
export function solve(formula: Formula, budget: Budget, ranges = true): Answer {
  if (countClauses(formula, MAX_CLAUSES) > MAX_CLAUSES) return { kind: 'undecided' };
  return new Search(budget).from([formula], new Clause(ranges ? lookUp : () => undefined));
}

const lookUp: LookUp = (variable) => lookUpFact(factOf(variable));

class Search {
  readonly #budget: Budget;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** Goes on with what is still to be made true; `clause` is what was taken so far. */
  from(pending: readonly Formula[], clause: Clause, isFirst = true): Answer {
    const branches: Any[] = [];
    const todo = [...pending];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      if (next.kind === 'and') todo.push(...next.parts.toReversed());
      else if (next.kind === 'or') branches.push(next);
      else if (!clause.take(next)) return { kind: 'unsatisfiable' };
    }
    if (!this.#budget.spend(1)) return { kind: 'undecided' };
    const [branch, ...others] = branches;
    if (branch === undefined) return clause.solve(this.#budget);
    // What contradicts itself without any branch is not asked again in each of them.
    if (isFirst && clause.solve(this.#budget).kind === 'unsatisfiable') return { kind: 'unsatisfiable' };
    let answer: Answer = { kind: 'unsatisfiable' };
    for (const part of branch.parts) {
      const found = this.from([part, ...others], clause.copy(), false);
      if (found.kind === 'satisfiable') return found;
      if (found.kind === 'undecided') answer = found;
    }
    return answer;
  }
}
