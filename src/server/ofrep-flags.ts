/** Knobs of the newest decision as flags of OpenFeature's remote evaluation. */
import type { ReasonCode } from '../shapes/decision.js';
import type { OfrepEvaluation } from '../shapes/generated/ofrep.js';
import type { KnobState } from '../shapes/port.js';

/** OpenFeature's word for why a knob has its value. */
const REASONS: Readonly<Record<ReasonCode, OfrepEvaluation['reason']>> = {
  base: 'STATIC',
  override: 'STATIC',
  position: 'TARGETING_MATCH',
  step: 'TARGETING_MATCH',
  undo: 'TARGETING_MATCH',
  set: 'TARGETING_MATCH',
  cap: 'TARGETING_MATCH',
  floor: 'TARGETING_MATCH',
  return: 'TARGETING_MATCH',
  wait: 'TARGETING_MATCH',
  unsupported: 'UNKNOWN',
};

/** A knob as a flag: its value is what is decided, its metadata say by which rule and what is in force. */
export function toFlag(key: string, knob: KnobState): OfrepEvaluation {
  const { value, decided, winner, reason, boundedBy, expiresAt, wouldBe } = knob;
  return {
    key,
    value: decided,
    variant: String(decided),
    reason: REASONS[reason],
    metadata: {
      rule: winner,
      decidedBy: reason,
      inForce: value,
      ...(boundedBy.length === 0 ? {} : { boundedBy: boundedBy.join(', ') }),
      ...(expiresAt === null ? {} : { expiresAt }),
      ...(wouldBe === undefined ? {} : { wouldBe }),
    },
  };
}
