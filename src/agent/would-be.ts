/** What would be done if it were allowed: when it begins, changes and ends. */

import type { Decision, WouldBe } from '../shapes/decision.js';
import type { KnobValue } from '../shapes/knob.js';

/** A knob's would-be value, from this tick on. */
export interface WouldBeChange {
  mode: WouldBe['mode'];
  knob: string;
  /** Null when nothing else would be done any more. */
  value: KnobValue | null;
  /** The rule that would decide; null when nothing would. */
  winner: string | null;
}

export class WouldBeWatch {
  #before: Map<string, WouldBeChange> = new Map();

  /** What differs from the tick before. */
  observe(decision: Decision): WouldBeChange[] {
    const now = new Map(wouldBesOf(decision).map((one) => [`${one.mode} ${one.knob}`, one]));
    const changes = [...now].filter(([key, one]) => this.#before.get(key)?.value !== one.value);
    const ended = [...this.#before].filter(([key]) => !now.has(key));
    this.#before = now;
    return [
      ...changes.map(([, one]) => one),
      ...ended.map(([, one]) => ({ ...one, value: null, winner: null })),
    ];
  }
}

/** A hardware knob that lacks consent is a recommendation, as one of a set that only recommends is. */
function wouldBesOf({ knobs, wouldBe }: Decision): WouldBeChange[] {
  const told = wouldBe.flatMap(({ mode, knobs: would }) =>
    Object.entries(would).map(([knob, { value, winner }]): WouldBeChange => ({ mode, knob, value, winner })),
  );
  const isTold = (knob: string): boolean => told.some((one) => one.knob === knob && one.mode === 'recommend');
  const lacking = Object.entries(knobs).flatMap(([knob, { losers }]): WouldBeChange[] => {
    const lost = losers.find(({ code }) => code === 'consent');
    if (lost === undefined || isTold(knob)) return [];
    return [{ mode: 'recommend', knob, value: lost.wanted, winner: lost.by }];
  });
  return [...lacking, ...told];
}
