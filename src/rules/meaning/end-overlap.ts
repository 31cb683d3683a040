/** Rules whose beginning and end are true together: they end as soon as they begin, and begin again. */
import { formulaOf } from '../logic/formula.js';
import { solve } from '../logic/solve.js';
import type { Findings, Judged } from './judged.js';
import { showPoint } from './show-point.js';

/** A warning for each, with values at which both are true. */
export function findEndOverlaps({ rules, draft, naming, budget }: Judged): Findings {
  const findings: Findings = { problems: [], undecided: 0 };
  for (const { id, when, until } of rules) {
    if (until === null) continue;
    const parts = [formulaOf(when, true, naming), formulaOf(until, true, naming)];
    const answer = solve({ kind: 'and', parts }, budget);
    if (answer.kind === 'undecided') findings.undecided++;
    if (answer.kind !== 'satisfiable') continue;
    findings.problems.push({
      ...draft.locate(id, ['until']),
      code: 'until-overlap',
      rule: id,
      message: `"when" and "until" are both true at ${showPoint(answer.point, answer.unknown)}`,
      expected: 'an "until" that is never true while "when" is',
      severity: 'warning',
    });
  }
  return findings;
}
