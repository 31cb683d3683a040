/** What would be done if it were allowed: when it begins, changes and ends. */
import type { Decision, WouldBe } from '../shapes/decision.js';
import type { KnobValue } from '../shapes/knob.js';
import { lookUpKnob } from '../shapes/knob-table.js';
import { lackOf } from './lacking.js';

/** A knob's would-be value, from this tick on. */
export interface WouldBeChange {
  mode: WouldBe['mode'];
  knob: string;
  /** Null when nothing else would be done any more. */
  value: KnobValue | null;
  /** The rule that would decide; null when nothing would. */
  winner: string | null;
}

/** Remembers the tick before, so that only differences are told. */
export class WouldBeWatch {
  #before: Map<string, WouldBeChange> = new Map();

  /** What differs from what was told last. */
  observe(decision: Decision): WouldBeChange[] {
    const now = new Map(wouldBesOf(decision).map((one) => [`${one.mode} ${one.knob}`, one]));
    const changes = [...now].filter(([key, one]) => !isTold(this.#before.get(key), one));
    const ended = [...this.#before].filter(([key]) => !now.has(key));
    const kept = [...this.#before].filter(([key]) => now.has(key));
    this.#before = new Map([...kept, ...changes]);
    return [
      ...changes.map(([, one]) => one),
      ...ended.map(([, one]) => ({ ...one, value: null, winner: null })),
    ];
  }
}

/** Watts that follow a fact move at every tick: of hardware only another rung, or another rule, is another wish. */
function isTold(told: WouldBeChange | undefined, { knob, value, winner }: WouldBeChange): boolean {
  if (told === undefined) return false;
  const { hardware = false, rung = 0 } = lookUpKnob(knob) ?? {};
  if (!hardware || typeof value !== 'number' || typeof told.value !== 'number') return told.value === value;
  return told.winner === winner && Math.abs(value - told.value) < rung;
}

/** A hardware knob that lacks consent, or that nobody can write, is a recommendation, as one of a set that only recommends is. */
function wouldBesOf({ knobs, wouldBe }: Decision): WouldBeChange[] {
  const told = wouldBe.flatMap(({ mode, knobs: would }) =>
    Object.entries(would).map(([knob, { value, winner }]): WouldBeChange => ({ mode, knob, value, winner })),
  );
  const lacking = Object.entries(knobs).flatMap(([knob, one]): WouldBeChange[] => {
    const lost = lackOf(one);
    return lost === undefined ? [] : [{ mode: 'recommend', knob, value: lost.wanted, winner: lost.by }];
  });
  // Of one knob the later one counts: what a recommending set adds is told of the decision with it.
  return [...lacking, ...told];
}
