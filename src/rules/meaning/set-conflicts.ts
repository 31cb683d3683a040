/** Rules of one priority that set a knob to different values while both may be active. */
import type { Operand, Place, Rule } from '../../shapes/rule.js';
import { formulaOf } from '../logic/formula.js';
import { solve } from '../logic/solve.js';
import { type Draft, type Findings, type Judged, MAX_FOUND } from './judged.js';
import { showPoint } from './show-point.js';

interface Setter {
  rule: Rule;
  knob: string;
  value: string;
  place: Place;
}

/**
 * An error for each pair, whatever the modes of their sets: a mode is changed while the agent runs. Values that come
 * from facts differ unless they come from the same fact in the same way.
 */
export function findSetConflicts(judged: Judged): Findings {
  const findings: Findings = { problems: [], undecided: 0 };
  const setters = judged.rules.flatMap((rule) => settersOf(rule, judged.draft));
  for (const [i, first] of setters.entries()) {
    for (const second of setters.slice(i + 1)) {
      if (findings.problems.length >= MAX_FOUND) return findings;
      const isRivalry = first.knob === second.knob && first.rule.priority === second.rule.priority;
      if (isRivalry && first.value !== second.value) judge(first, second, judged, findings);
    }
  }
  return findings;
}

function settersOf(rule: Rule, { locate }: Draft): Setter[] {
  return rule.actions.flatMap((action): Setter[] => {
    if (action.kind !== 'set') return [];
    return [{ rule, knob: action.knob, value: showOperand(action.value), place: locate(rule.id, ['then']) }];
  });
}

/** As people write it; different for what is different. */
function showOperand(value: Operand): string {
  if ('literal' in value) return JSON.stringify(value.literal);
  return `{ fact: ${value.fact}, times: ${value.times}, plus: ${value.plus} }`;
}

function judge(
  one: Setter,
  other: Setter,
  { draft, naming, budget, costOf }: Judged,
  findings: Findings,
): void {
  // The one that stands later is told of the earlier, in whatever order they came.
  const [first, second] = isBefore(one.place, other.place, draft) ? [one, other] : [other, one];
  const { knob } = first;
  // No need to write down what nobody will have the time to answer.
  if (!budget.spend(costOf(first.rule) + costOf(second.rule))) {
    findings.undecided++;
    return;
  }
  const whens = [...new Set([first.rule, second.rule])].map(({ when }) => formulaOf(when, true, naming));
  const answer = solve({ kind: 'and', parts: whens }, budget);
  if (answer.kind === 'undecided') findings.undecided++;
  if (answer.kind !== 'satisfiable') return;
  const { path, line, column } = first.place;
  const message =
    first.rule === second.rule
      ? `"${knob}" is set to ${first.value} and to ${second.value}`
      : `"${knob}" is set to ${second.value}, to ${first.value} by "${first.rule.id}" of the same priority ${first.rule.priority} (${path}:${line}:${column}); both are true at ${showPoint(answer.point, answer.unknown)}`;
  findings.problems.push({
    ...second.place,
    code: 'set-conflict',
    rule: second.rule.id,
    message,
    expected:
      first.rule === second.rule
        ? 'one value'
        : 'another priority, or a "when" that is not true with the other',
    severity: 'error',
  });
}

/** Whether a place comes first in the order in which files are laid over each other. */
function isBefore(a: Place, b: Place, { files }: Draft): boolean {
  const [i, j] = [a, b].map((place) => files.findIndex(({ path }) => path === place.path));
  return ((i ?? 0) - (j ?? 0) || a.line - b.line || a.column - b.column) <= 0;
}
