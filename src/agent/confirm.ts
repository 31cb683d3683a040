/** A person's value of a hardware knob goes back unless it is confirmed: whoever cannot see the screen cannot confirm. */
import type { DecisionMemory } from '../decision/memory.js';
import type { Decision, KnobDecision } from '../shapes/decision.js';
import { lookUpKnob } from '../shapes/knob-table.js';
import type { PersonEvent, TickEvent } from '../shapes/sample.js';
import { lackOf } from './lacking.js';

/** Time to confirm, in s (wire.md: 10 s). */
export const CONFIRM_S = 10;

/** The wish with the time in which it has to be confirmed, where it is one of hardware. */
export function withConfirm(wish: PersonEvent): PersonEvent {
  const isHardware = wish.kind === 'override' && lookUpKnob(wish.knob)?.hardware === true;
  return isHardware ? { ...wish, confirmS: CONFIRM_S } : wish;
}

/** The knobs whose value waits to be confirmed; what may not be written changed nothing that anybody could keep. */
export function waitingFor({ overrides }: DecisionMemory, { knobs }: Decision): string[] {
  return Object.keys(overrides).filter(
    (knob) => overrides[knob]?.confirmUntilMs !== undefined && lackOf(knobs[knob]) === undefined,
  );
}

/** Tick times in ms at which a person's value ends, and until which it must be confirmed where there is something to keep. */
export function endOf(
  decided: KnobDecision | undefined,
): Pick<KnobDecision, 'expiresAtMs' | 'confirmUntilMs'> {
  const { expiresAtMs, confirmUntilMs } = decided ?? {};
  if (expiresAtMs === undefined) return {};
  if (confirmUntilMs === undefined) return { expiresAtMs };
  if (lackOf(decided) === undefined) return { expiresAtMs, confirmUntilMs };
  return { expiresAtMs: Math.min(expiresAtMs, confirmUntilMs) };
}

/** Tells of each value that nobody confirmed. */
export class ConfirmNote {
  #waiting: readonly string[] = [];

  /** What is new at this tick, a sentence each. */
  observe(memory: DecisionMemory, decision: Decision, events: readonly TickEvent[]): string[] {
    const before = this.#waiting;
    this.#waiting = waitingFor(memory, decision);
    if (events.some(({ kind }) => kind === 'confirm' || kind === 'release')) return [];
    return before
      .filter((knob) => memory.overrides[knob]?.confirmUntilMs === undefined)
      .map((knob) => `nobody kept the value of ${knob} within ${CONFIRM_S} s: it goes back`);
  }
}
