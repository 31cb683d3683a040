/** The question whether two rules push a knob back and forth, as one formula over the facts before and after. */
import type { Rule } from '../../shapes/rule.js';
import { byName, type Formula, type Naming } from '../logic/atoms.js';
import { variablesOf } from '../logic/clause.js';
import { formulaOf } from '../logic/formula.js';
import { isOverTime, measuredFact, throughSignals } from '../logic/naming.js';
import { PRIME } from '../logic/solve.js';
import type { Judged } from './judged.js';
import { keepsFrom } from './movers.js';
import type { Push } from './push.js';
import { predictions, ratios } from './push-response.js';
import { isOfLevel, knobWorlds, levelWorlds, profileLimits } from './worlds.js';

/** What the question lets facts do; nothing of it unless said. */
export interface Leave {
  /** Signals over time may be anything at both; else a comparison with one counts as never true. */
  overTime?: boolean;
  /** Each fact moves by the larger half of its ratio: an example that shows the move. */
  isVisible?: boolean;
}

/**
 * Facts at which `down` is true; after its move, inside the knob's response, `up` is; and a rung up leads back.
 */
export function question(
  push: Push,
  judged: Judged,
  { overTime = false, isVisible = false }: Leave = {},
): Formula {
  const { down, up, rungs } = push;
  const { knob } = down;
  const { profile, draft, signals } = judged;
  const response = judged.responseOf(knob, rungs);
  const isMoved = (fact: string): boolean =>
    response.ratioOf(fact) !== undefined || fact === `state.${knob}` || (knob === 'level' && isOfLevel(fact));
  const naming = (isAfter: boolean): Naming =>
    throughSignals(signals, (fact) => {
      const isMeasured = isOverTime(fact, signals);
      if (isMeasured && !overTime) return null;
      // What is measured of a fact that stands still stands still.
      const of = isMeasured ? measuredFact(fact, signals) : fact;
      return byName(isAfter && (of === null || isMoved(of)) ? `${fact}${PRIME}` : fact);
    });
  /** A rule meets many others over one knob: its own side of the question is always the same. */
  const side = (rule: Rule, part: 'when' | 'end', isAfter: boolean): Formula => {
    const key = [rule.id, part, isAfter, knob, overTime].join(' ');
    const before = judged.sides.get(key);
    if (before !== undefined) return before;
    const formula =
      part === 'when' ? formulaOf(rule.when, true, naming(isAfter)) : endOf(rule, naming(isAfter));
    judged.sides.set(key, formula);
    return formula;
  };
  const rules = [
    side(down.rule, 'when', false),
    side(up.rule, 'when', true),
    // What lasts must have let go before the other can move the knob.
    ...(keepsFrom(down, up, 'up') ? [side(down.rule, 'end', true)] : []),
    ...(keepsFrom(up, down, 'down') ? [side(up.rule, 'end', false)] : []),
  ];
  const variables = new Set(rules.flatMap(allVariables));
  const absent = new Set(rules.flatMap(absentVariables));
  const predicted = predictions(push, variables, absent, judged);
  for (const variable of predicted.flatMap(allVariables)) variables.add(variable);
  const parts = [...rules, ...predicted, ...ratios(variables, absent, response, isVisible)];
  const all = new Set(parts.flatMap(allVariables));
  return {
    kind: 'and',
    parts: [
      ...parts,
      ...knobWorlds(knob, rungs, all, profile),
      ...levelWorlds(all, draft.levels, knob === 'level'),
      ...profileLimits(all, profile),
    ],
  };
}

function endOf({ when, until }: Rule, naming: Naming): Formula {
  return until === null ? formulaOf(when, false, naming) : formulaOf(until, true, naming);
}

function allVariables(formula: Formula): string[] {
  return formula.kind === 'and' || formula.kind === 'or'
    ? formula.parts.flatMap(allVariables)
    : variablesOf(formula);
}

/** Variables that some way of the formula needs to be unknown. */
function absentVariables(formula: Formula): string[] {
  if (formula.kind === 'and' || formula.kind === 'or') return formula.parts.flatMap(absentVariables);
  return formula.kind === 'known' && !formula.known ? [formula.variable] : [];
}
