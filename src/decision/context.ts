/** What one decision is made from. */
import type { FiredRule } from '../shapes/fired.js';
import type { KnobValue } from '../shapes/knob.js';
import type { Profile } from '../shapes/profile.js';
import type { FactView } from '../shapes/reading.js';
import type { Operand } from '../shapes/rule.js';
import type { Claims } from './claims.js';

/** All that a decision may look at, as it is at this tick. */
export interface DecisionContext {
  atMs: number;
  /** Rules whose set counts for this decision, and what the active ones claim. */
  fired: readonly FiredRule[];
  claims: Claims;
  facts: FactView;
  profile: Profile;
  /** Names of the levels, the least demanding first. */
  levels: readonly string[];
  /** A person has allowed hardware to be written. */
  consent: boolean;
  /** Changes are graded. */
  ledger: boolean;
}

/** The value an action names, now; undefined while the fact it reads is unknown. */
export function operandValue(operand: Operand, facts: FactView): KnobValue | undefined {
  if ('literal' in operand) return typeof operand.literal === 'boolean' ? undefined : operand.literal;
  const value = facts.known(operand.fact);
  if (typeof value === 'number') return value * operand.times + operand.plus;
  return typeof value === 'string' ? value : undefined;
}
