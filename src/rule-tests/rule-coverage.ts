/** What the tests made one rule do, and what they did not. */
import { explainCondition } from '../rules/truth.js';
import type { Decision } from '../shapes/decision.js';
import type { FiredRule, Truth } from '../shapes/fired.js';
import type { RulePhase } from '../shapes/port.js';
import type { FactView } from '../shapes/reading.js';
import type { Action, Rule } from '../shapes/rule.js';
import { canBeUnknown, type Leaf, leavesOf, operandText } from './leaves.js';
import type { Branch, RuleCoverage } from './results.js';

/** Where the parts of a rule stand. */
export interface RuleLines {
  when: readonly number[];
  until: readonly number[];
}

interface SeenLeaf extends Leaf {
  line: number;
  seen: Set<Truth>;
}

const TRUTHS = ['true', 'false', 'unknown'] as const;

/** Sees one rule through the ticks of all tests. */
export class RuleWatch {
  readonly #rule: Rule;
  readonly #when: SeenLeaf[];
  readonly #until: SeenLeaf[];
  readonly #done: boolean[];
  #activated = 0;
  #ended = 0;
  #wentBlind = false;
  /** Ended because what would end it was unknown. */
  #endedBlind = 0;

  constructor(rule: Rule, lines: RuleLines) {
    const watched = (leaves: readonly Leaf[], at: readonly number[]): SeenLeaf[] =>
      leaves.map((leaf, i) => ({ ...leaf, line: at[i] ?? rule.place.line, seen: new Set() }));
    this.#rule = rule;
    this.#when = watched(leavesOf(rule.when), lines.when);
    this.#until = watched(rule.until === null ? [] : leavesOf(rule.until), lines.until);
    this.#done = rule.actions.map(() => false);
  }

  /** Notes one tick. `before` is the rule's phase at the tick before. */
  watch(fired: FiredRule, before: RulePhase, decision: Decision, facts: FactView): void {
    const { rule, memory, isActive } = fired;
    const wasActive = before === 'active';
    // What is not looked at decides nothing: `until` matters while the rule is active, `when` while it is not.
    if (!wasActive || rule.until === null) note(this.#when, leavesOf(rule.when), facts, decision.atMs);
    if (wasActive && rule.until !== null) note(this.#until, leavesOf(rule.until), facts, decision.atMs);
    if (wasActive && memory.blind) this.#wentBlind = true;
    if (isActive && !wasActive) this.#activated++;
    if (wasActive && !isActive) {
      this.#ended++;
      if (memory.blind) this.#endedBlind++;
    }
    if (!isActive) return;
    for (const [i, action] of rule.actions.entries())
      if (isCarriedOut(action, rule.id, decision)) this.#done[i] = true;
  }

  report(): RuleCoverage {
    const { id, place, until, when, blind, actions } = this.#rule;
    const end = until ?? when;
    const at = (what: string, seen: boolean): Branch => ({ what, line: place.line, seen });
    const branches = [
      at('active', this.#activated > 0),
      at(until === null ? 'ended because when was false' : 'ended by until', this.#ended > this.#endedBlind),
      ...(canBeUnknown(end)
        ? [at(blind === 'hold' ? 'held while blind' : 'released while blind', this.#wentBlind)]
        : []),
      ...branchesOf('when', this.#when),
      ...branchesOf('until', this.#until),
      ...actions.map((action, i) => at(actionText(action), this.#done[i] ?? false)),
    ];
    return {
      id,
      file: place.path,
      line: place.line,
      activated: this.#activated,
      ended: this.#ended,
      branches,
    };
  }
}

function note(seen: readonly SeenLeaf[], leaves: readonly Leaf[], facts: FactView, nowMs: number): void {
  for (const [i, { condition }] of leaves.entries())
    seen[i]?.seen.add(explainCondition(condition, facts, nowMs).truth);
}

function branchesOf(key: string, leaves: readonly SeenLeaf[]): Branch[] {
  return leaves.flatMap(({ condition, text, line, seen }) =>
    TRUTHS.filter((truth) => truth !== 'unknown' || canBeUnknown(condition)).map((truth) => ({
      what: `${truth}: ${key} ${text}`,
      line,
      seen: seen.has(truth),
    })),
  );
}

/** Whether an active rule's action made a difference at this tick. */
function isCarriedOut(action: Action, id: string, { knobs }: Decision): boolean {
  if (action.kind === 'recommend' || action.kind === 'alert') return true;
  const knob = knobs[action.knob];
  if (knob === undefined) return false;
  switch (action.kind) {
    case 'step':
      return knob.winner === id && knob.reason === 'step';
    case 'hold':
      return knob.losers.some(({ code, to }) => code === 'held' && to === id);
    default:
      return knob.winner === id || knob.boundedBy.includes(id);
  }
}

function actionText(action: Action): string {
  switch (action.kind) {
    case 'cap':
    case 'floor':
    case 'set':
      return `binding: ${action.kind} ${action.knob} ${operandText(action.value)}`;
    case 'step':
      return `taken: step ${action.knob} ${action.by === 'fit' ? 'fit' : `${action.by > 0 ? '+' : ''}${action.by}`}`;
    case 'hold':
      return `holding anything back: hold ${action.knob}.${action.way}`;
    default:
      return `told: ${action.kind} "${action.title}"`;
  }
}
