/** Hardware that somebody wants written and that may not be: why, and what would let it. */
import type { Decision, KnobDecision, Loser } from '../shapes/decision.js';

/** Consent is a person's; a demo never writes to a real card. */
const GIVE_CONSENT =
  '--allow-hardware, or hardware: allow in evenkeel.yaml, gives it to every run but a demo on a real card';

/** The wish that cannot be written, with who had it; undefined where none is kept from being written. */
export function lackOf(decision: KnobDecision | undefined): Loser | undefined {
  return decision?.losers.find(({ code }) => code === 'consent' || code === 'readOnly');
}

/** Why it cannot be written, with the remedy. */
export function lackText({ code, reason }: Loser): string {
  return code === 'consent' ? `${reason}; ${GIVE_CONSENT}` : reason;
}

/** Tells each reason once for each knob, at the first wish that it stands against. */
export class LackNote {
  readonly #told: Set<string> = new Set();

  /** What is new at this tick, a sentence each. */
  observe({ knobs }: Decision): string[] {
    return Object.entries(knobs).flatMap(([knob, decision]) => {
      const lack = lackOf(decision);
      if (lack === undefined) return [];
      const text = `${knob} is not written, what would be is recommended: ${lackText(lack)}`;
      if (this.#told.has(text)) return [];
      this.#told.add(text);
      return [text];
    });
  }
}
