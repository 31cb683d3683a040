/** Conditions that can never be true: a `when` that never begins, an `until` that never ends. */
import type { Condition, Problem, Rule } from '../../shapes/rule.js';
import { contradictionsIn } from '../logic/contradictions.js';
import { formulaOf } from '../logic/formula.js';
import { solve } from '../logic/solve.js';
import type { Findings, Judged } from './judged.js';

/** An error for each. */
export function findNeverTrue(judged: Judged): Findings {
  const findings: Findings = { problems: [], undecided: 0 };
  for (const rule of judged.rules) {
    judge(rule, 'when', rule.when, judged, findings);
    if (rule.until !== null) judge(rule, 'until', rule.until, judged, findings);
  }
  return findings;
}

function judge(
  rule: Rule,
  part: 'when' | 'until',
  condition: Condition,
  { draft, naming, budget }: Judged,
  findings: Findings,
): void {
  const formula = formulaOf(condition, true, naming);
  const answer = solve(formula, budget);
  if (answer.kind === 'undecided') findings.undecided++;
  if (answer.kind !== 'unsatisfiable') return;
  const why = contradictionsIn(formula);
  const reasons = why.length === 0 ? '' : `: ${why.join('; ')}`;
  const problem: Problem = {
    ...draft.locate(rule.id, [part]),
    code: 'unsatisfiable',
    rule: rule.id,
    message: `"${part}" is never true${reasons}`,
    expected: part === 'when' ? 'what can be true' : 'an end that can come',
    severity: 'error',
  };
  findings.problems.push(problem);
}
