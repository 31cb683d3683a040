/** What a decision with more sets than the enforced ones would have been. */
import type { Decision, WouldBe } from '../shapes/decision.js';
import type { FiredRule } from '../shapes/fired.js';
import { claimsOf } from './claims.js';
import type { DecisionContext } from './context.js';
import { decide } from './decide.js';
import type { DecisionMemory } from './memory.js';

/** The careful mode first: what recommending sets would do is told apart from what shadow sets would add. */
const MODES = ['recommend', 'shadow'] as const;

/**
 * Decides with the recommending sets as well, then with the shadow sets too, each from a copy of the memory of before.
 * Call it before the real decision moves the memory on.
 */
export function decideWouldBe(
  memory: DecisionMemory,
  context: DecisionContext,
  fired: readonly FiredRule[],
): { mode: WouldBe['mode']; decision: Decision }[] {
  if (isAllEnforced(fired)) return [];
  return MODES.filter((mode) => fired.some((one) => one.mode === mode)).map((mode) => {
    const counting = fired.filter((one) => one.mode !== 'shadow' || mode === 'shadow');
    const { decision } = decide(structuredClone(memory), {
      ...context,
      fired: counting,
      claims: claimsOf(counting),
    });
    return { mode, decision };
  });
}

/** Whether no rule of another mode has to be looked at, as in most books. */
export function isAllEnforced(fired: readonly FiredRule[]): boolean {
  for (const { mode } of fired) if (mode !== 'enforce') return false;
  return true;
}

/**
 * The knobs in which would-be decisions differ from the real one; what the recommending sets would do already is not
 * told again of the shadow sets. A mode without a difference is left out.
 */
export function differencesOf(
  real: Decision,
  others: readonly { mode: WouldBe['mode']; decision: Decision }[],
): WouldBe[] {
  const told = new Map<string, unknown>();
  return others.flatMap(({ mode, decision }) => {
    const knobs: WouldBe['knobs'] = {};
    for (const [knob, would] of Object.entries(decision.knobs)) {
      const value = would.wouldBe ?? would.value;
      const now = real.knobs[knob];
      if (now === undefined || value === (now.wouldBe ?? now.value) || told.get(knob) === value) continue;
      knobs[knob] = { value, winner: winnerOf(would) };
      told.set(knob, value);
    }
    return Object.keys(knobs).length === 0 ? [] : [{ mode, knobs }];
  });
}

/** Without consent the decision stays with its base; who wanted more is among the losers. */
function winnerOf({ wouldBe, winner, losers }: Decision['knobs'][string]): string {
  if (wouldBe === undefined) return winner;
  return losers.find(({ code }) => code === 'consent' || code === 'readOnly')?.by ?? winner;
}
