/** The question whether two rules push a knob back and forth, as one formula over the facts before and after. */
import type { Rule } from '../../shapes/rule.js';
import { byName, type Formula, type Naming } from '../logic/atoms.js';
import { variablesOf } from '../logic/clause.js';
import { formulaOf } from '../logic/formula.js';
import { isOverTime, measuredFact, throughSignals } from '../logic/naming.js';
import { PRIME } from '../logic/solve.js';
import type { Judged } from './judged.js';
import { keepsFrom } from './movers.js';
import type { Ratio } from './moves.js';
import type { Push } from './push.js';
import type { Response } from './responses.js';
import { isOfLevel, knobWorlds, levelWorlds, linear, profileLimits } from './worlds.js';

/** A prediction of the next rung, and the load there: it may be off by this much (rules.md, Ping-pong). */
const PREDICTION: Ratio = [0.85, 1.15];
const LOAD = 'frame.loadPercent';

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
  const [before, after] = [naming(false), naming(true)];
  const rules = [
    formulaOf(down.rule.when, true, before),
    formulaOf(up.rule.when, true, after),
    // What lasts must have let go before the other can move the knob.
    ...(keepsFrom(down, up, 'up') ? [endOf(down.rule, after)] : []),
    ...(keepsFrom(up, down, 'down') ? [endOf(up.rule, before)] : []),
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

/** Each fact that is spoken of before and after moves inside its ratio. What is unknown stays unknown. */
function ratios(
  variables: ReadonlySet<string>,
  absent: ReadonlySet<string>,
  response: Response,
  isVisible: boolean,
): Formula[] {
  return [...variables].flatMap((fact) => {
    const after = `${fact}${PRIME}`;
    const ratio = variables.has(after) ? response.ratioOf(fact) : undefined;
    if (ratio === null || ratio === undefined) return [];
    return [within(after, fact, isVisible ? largerHalf(ratio) : ratio, absent)];
  });
}

/** Away from 1, where nothing moves. */
function largerHalf([least, most]: Ratio): Ratio {
  if (most === 1) return [least, Math.sqrt(least)];
  return least === 1 ? [Math.sqrt(most), most] : [least, most];
}

/** `variable` is `of` times something inside the ratio, or both are unknown where a rule asks for that. */
function within(variable: string, of: string, [least, most]: Ratio, absent: ReadonlySet<string>): Formula {
  const says = 'what a rung moves';
  const both: Formula = {
    kind: 'and',
    parts: [
      linear({ [of]: least, [variable]: -1 }, 0, false, says),
      linear({ [variable]: 1, [of]: -most }, 0, false, says),
    ],
  };
  if (!absent.has(variable) && !absent.has(of)) return both;
  const neither = [variable, of].map(
    (name): Formula => ({ kind: 'known', variable: name, known: false, says }),
  );
  return { kind: 'or', parts: [both, { kind: 'and', parts: neither }] };
}

/**
 * A rung up takes the load to what was predicted of it, a rung down likewise. Of several rungs the first is
 * predicted; the others add what they may.
 */
function predictions(
  { down: { knob }, rungs }: Push,
  variables: ReadonlySet<string>,
  absent: ReadonlySet<string>,
  { responseOf }: Judged,
): Formula[] {
  if (knob !== 'model' && knob !== 'resolution') return [];
  const further = rungs === 1 ? 1 : responseOf(knob, rungs === null ? null : rungs - 1).steepness;
  const up = `predicted.${knob}UpLoadPercent${PRIME}`;
  const down = `predicted.${knob}DownLoadPercent`;
  const parts: Formula[] = [];
  const after = `${LOAD}${PRIME}`;
  const isPredicted = variables.has(up) || variables.has(down);
  if (variables.has(up)) parts.push(within(LOAD, up, [PREDICTION[0], PREDICTION[1] * further], absent));
  if (variables.has(down)) parts.push(within(after, down, [PREDICTION[0] / further, PREDICTION[1]], absent));
  // The load on the other side of the rung, which the ratio of the load is of.
  if (isPredicted) parts.push(...[LOAD, after].map(atLeastNothing));
  return parts;
}

function atLeastNothing(variable: string): Formula {
  return linear({ [variable]: -1 }, 0, false, 'a load');
}
