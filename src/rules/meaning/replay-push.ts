/** An example of two rules pushing back and forth, played through the real evaluation and the real states. */
import type { RuleMemory, Verdict } from '../../shapes/fired.js';
import type { FactValue, FactView } from '../../shapes/reading.js';
import type { Rule } from '../../shapes/rule.js';
import { advanceRule, newMemory } from '../states.js';
import { explainCondition } from '../truth.js';
import type { Example, Push } from './push.js';

/** Whether `down` is true before and `up` after, as the rules are evaluated. */
export function replays({ down, up }: Push, { before, after }: Example): boolean {
  return verdictAt(down.rule, before).when === 'true' && verdictAt(up.rule, after).when === 'true';
}

function verdictAt({ when, until }: Rule, values: ReadonlyMap<string, FactValue>): Verdict {
  const view = viewOf(values);
  return {
    when: explainCondition(when, view, 0).truth,
    until: until === null ? null : explainCondition(until, view, 0).truth,
  };
}

function viewOf(values: ReadonlyMap<string, FactValue>): FactView {
  return {
    known: (fact) => values.get(fact),
    number(fact) {
      const value = values.get(fact);
      return typeof value === 'number' ? value : undefined;
    },
    reading: () => undefined,
  };
}

/** Ticks a second apart, at most: what needs longer has no trace. */
const MAX_TICKS = 3_600;

/** Ticks, a second apart, that the facts stay as before and then as after until both rules have fired. */
export interface Timeline {
  beforeTicks: number;
  afterTicks: number;
}

/** Null where one of them does not become active within an hour. */
export function timelineOf({ down, up }: Push, { before, after }: Example): Timeline | null {
  const states = [down.rule, up.rule].map((rule) => ({ rule, memory: newMemory(rule, 0) }));
  const [ofDown, ofUp] = states;
  if (ofDown === undefined || ofUp === undefined) return null;
  let tick = 0;
  const play = (values: ReadonlyMap<string, FactValue>, memory: RuleMemory): number | null => {
    for (const from = tick; tick - from < MAX_TICKS; ) {
      const atMs = tick * 1_000;
      for (const one of states) {
        advanceRule(one.rule, one.memory, verdictAt(one.rule, values), atMs, 1_000, false);
      }
      tick++;
      if (memory.phase === 'active') return tick - from;
    }
    return null;
  };
  const beforeTicks = play(before, ofDown.memory);
  if (beforeTicks === null) return null;
  const afterTicks = play(after, ofUp.memory);
  return afterTicks === null ? null : { beforeTicks, afterTicks };
}
