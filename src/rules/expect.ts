/** What a rule says its change should do, checked. */
import type { Action, Expectation } from '../shapes/rule.js';
import { checkFact, type FactContext, KINDS } from './conditions.js';
import type { Path } from './document.js';

/** What the checks of an expectation need of the rule around it. */
export interface ExpectContext extends FactContext {
  safety: boolean;
  actions: readonly Action[];
}

/** `{ fact: { ratio: { atMost, atLeast } } }` of a rule; null where it has none. */
export function buildExpectation(
  raw: Record<string, { ratio: { atMost?: number; atLeast?: number } }> | undefined,
  path: Path,
  context: ExpectContext,
): Expectation | null {
  const [entry] = Object.entries(raw ?? {});
  if (entry === undefined) return null;
  const [fact, { ratio }] = entry;
  const at = [...path, fact];
  const { atMost = null, atLeast = null } = ratio;
  checkFact(fact, at, context);
  const type = context.names.look(fact)?.type;
  if (type !== undefined && type !== 'number') {
    const message = `"${fact}" is ${KINDS[type]}, it has no ratio`;
    context.complain(at, 'bad-type', message, 'a fact that is a number', true);
  }
  if (atMost !== null && atLeast !== null && atLeast > atMost) {
    const message = `no ratio is at least ${atLeast} and at most ${atMost}`;
    context.complain([...at, 'ratio'], 'unsatisfiable', message, 'atLeast below atMost');
  }
  checkGraded(path, context);
  return { fact, atMost, atLeast };
}

/** Only what the ledger grades can be expected of: the change of a knob, and never a safety rule's. */
function checkGraded(path: Path, { safety, actions, complain }: ExpectContext): void {
  if (safety) {
    complain(path, 'bad-expect', 'a safety rule is never graded', 'no "expect" beside "safety"', true);
    return;
  }
  if (actions.some(({ kind }) => kind !== 'hold' && kind !== 'recommend' && kind !== 'alert')) return;
  complain(path, 'bad-expect', 'the rule changes no knob', 'a cap, floor, set or step to grade', true);
}
