/** A person's value of a hardware knob goes back unless it is confirmed: whoever cannot see the screen cannot confirm. */
import type { DecisionMemory } from '../decision/memory.js';
import { lookUpKnob } from '../shapes/knob-table.js';
import type { PersonEvent, TickEvent } from '../shapes/sample.js';

/** Time to confirm, in s (wire.md: 10 s). */
export const CONFIRM_S = 10;

/** The wish with the time in which it has to be confirmed, where it is one of hardware. */
export function withConfirm(wish: PersonEvent): PersonEvent {
  const isHardware = wish.kind === 'override' && lookUpKnob(wish.knob)?.hardware === true;
  return isHardware ? { ...wish, confirmS: CONFIRM_S } : wish;
}

/** The knobs whose value waits to be confirmed. */
export function waitingFor({ overrides }: DecisionMemory): string[] {
  return Object.keys(overrides).filter((knob) => overrides[knob]?.confirmUntilMs !== undefined);
}

/** Tells of each value that nobody confirmed. */
export class ConfirmNote {
  #waiting: readonly string[] = [];

  /** What is new at this tick, a sentence each. */
  observe(memory: DecisionMemory, events: readonly TickEvent[]): string[] {
    const before = this.#waiting;
    this.#waiting = waitingFor(memory);
    if (events.some(({ kind }) => kind === 'confirm' || kind === 'release')) return [];
    return before
      .filter((knob) => !this.#waiting.includes(knob))
      .map((knob) => `nobody kept the value of ${knob} within ${CONFIRM_S} s: it goes back`);
  }
}
