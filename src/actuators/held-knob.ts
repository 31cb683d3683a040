/** One hardware knob: what the agent holds of it, as inputs of the next tick and as sentences for people. */
import { sayValue } from '../hardware/knob-units.js';
import type { CardKnob, CardOutcome } from '../shapes/gpu.js';
import type { KnobOffer } from '../shapes/knob.js';
import type { Notice } from '../shapes/port.js';
import type { AppliedEvent, TickEvent } from '../shapes/sample.js';
import type { TickMoment } from './actuator.js';
import {
  block,
  type Change,
  compare,
  disturb,
  type Hold,
  leave,
  lose,
  newHold,
  regain,
  takeAnswer,
  takeDue,
  takeUp,
  type WriterPolicy,
  want,
} from './hold.js';
import { InForce, restOf, TOLERANCE } from './in-force.js';

/** From so many resets in ten minutes on, people are told that they repeat. */
const REPEATS = 2;

/** How a write ended. */
export interface Answered {
  outcome: CardOutcome;
  /** Asking again is of no use until a person says so. */
  isLasting: boolean;
  tookMs: number;
  /** Tick time in ms. */
  atMs: number;
}

/** Says what a knob of the card comes to. */
export type Say = (level: 'info' | 'warn', message: string) => void;

/** The knob's hold with what was told of it. */
export class HeldKnob {
  readonly #knob: CardKnob;
  readonly #policy: WriterPolicy;
  readonly #say: Say;
  readonly #hold: Hold;
  readonly #inForce: InForce;
  /** The card's own, as of the newest look. */
  #offer: KnobOffer;
  /** The offer told last, as JSON; null while none is. */
  #told: string | null = null;
  /** Why it is left alone until a person takes it up. */
  #left: { why: string; isAlert: boolean } | null = null;
  #alertSinceMs: number | null = null;
  #isLost = false;
  #isForgotten = false;

  /** `offer` has a number as its value. */
  constructor(knob: CardKnob, offer: KnobOffer, policy: WriterPolicy, say: Say) {
    this.#knob = knob;
    this.#offer = offer;
    this.#policy = policy;
    this.#say = say;
    this.#hold = newHold(Number(offer.value), TOLERANCE[knob]);
    this.#inForce = new InForce(knob);
  }

  /** Looks at the card's offer and readings of one tick. */
  look(offer: KnobOffer, { atMs, isGap, readings }: TickMoment): TickEvent[] {
    const hold = this.#hold;
    this.#offer = offer;
    if (this.#isLost) this.#regain(offer, atMs);
    else if (isGap) disturb(hold, atMs);
    block(hold, offer.readOnly !== undefined);
    const seen = this.#inForce.see(hold, offer, readings, atMs);
    const change = compare(hold, seen, atMs, restOf(this.#knob, offer, readings), this.#policy);
    if (change !== null) this.#note(change);
    const isLoud = this.#alertText() !== null;
    this.#alertSinceMs = isLoud ? (this.#alertSinceMs ?? atMs) : null;
    const events = this.#tell();
    if (change !== null)
      events.push({ kind: 'readBack', knob: this.#knob, value: change.value, why: change.kind });
    return events;
  }

  /** The card tells no such knob any more. */
  lose(): TickEvent[] {
    if (this.#isLost) return [];
    this.#isLost = true;
    this.#told = null;
    lose(this.#hold);
    this.#say('warn', `${this.#knob} cannot be reached: the card is lost, or does not tell it any more`);
    return [{ kind: 'device', knob: this.#knob, offer: null }];
  }

  /** Takes a decided value; an outcome where there is nothing to write. */
  want(decided: number, revision: number): AppliedEvent[] {
    const { found } = this.#hold;
    const value = decided === found ? found : this.#within(Math.round(decided));
    const outcome = { kind: 'applied', knob: this.#knob, tookMs: 0, revision } as const;
    if (this.#within(decided) !== decided) {
      const [min, max] = this.#range(decided);
      const error = `the card takes ${min} to ${this.#amount(max)} now`;
      return [{ ...outcome, value: this.#hold.inForce ?? found, ok: false, error }];
    }
    return want(this.#hold, { value, revision }) ? [{ ...outcome, value, ok: true }] : [];
  }

  /** What has to be written now, inside the card's range; null where nothing has. */
  takeDue(): number | null {
    const due = takeDue(this.#hold);
    return due === null ? null : this.#within(due.value);
  }

  /** A write ended. A card that took another value than it was told has refused. */
  answer({ outcome, isLasting, tookMs, atMs }: Answered): AppliedEvent[] {
    const hold = this.#hold;
    const { writing } = hold;
    if (writing === null) return [];
    const value = typeof outcome.value === 'number' ? outcome.value : null;
    const ok = takeAnswer(hold, { ok: outcome.ok, value }, atMs);
    const base = { kind: 'applied', knob: this.#knob, tookMs, revision: writing.revision } as const;
    if (ok) return [{ ...base, value: writing.value, ok }];
    const inForce = hold.inForce ?? hold.found;
    const error = outcome.ok
      ? `the card took ${this.#amount(writing.value)}, and ${this.#amount(inForce)} is in force`
      : outcome.error;
    if (isLasting) this.#leave(error, false);
    return [{ ...base, value: inForce, ok, error }];
  }

  /** A person sets or releases it. */
  takeUp(): void {
    takeUp(this.#hold);
    this.#left = null;
  }

  /** Whether another program took over since this was asked last: what is in force then counts as found. */
  takeForgotten(): boolean {
    const isForgotten = this.#isForgotten;
    this.#isForgotten = false;
    return isForgotten;
  }

  notices(): Notice[] {
    const text = this.#alertText();
    if (text === null || this.#alertSinceMs === null) return [];
    return [{ kind: 'alert', rule: 'card', severity: 'warning', ...text, sinceMs: this.#alertSinceMs }];
  }

  /** What the agent knows outranks the card's own word; the value is what others had set. */
  #tell(): TickEvent[] {
    const readOnly = this.#left === null ? {} : { readOnly: this.#left.why };
    const offer: KnobOffer = { ...this.#offer, value: this.#hold.found, ...readOnly };
    const text = JSON.stringify(offer);
    if (text === this.#told) return [];
    this.#told = text;
    return [{ kind: 'device', knob: this.#knob, offer }];
  }

  #regain(offer: KnobOffer, atMs: number): void {
    this.#isLost = false;
    this.#left = null;
    regain(this.#hold, Number(offer.value), atMs);
    this.#say('info', `${this.#knob} can be reached again`);
  }

  #note(change: Change): void {
    const knob = this.#knob;
    const value = this.#amount(change.value);
    const again = this.#amount(this.#hold.wanted?.value ?? this.#hold.found);
    switch (change.kind) {
      case 'moved':
        this.#isForgotten = this.#hold.writtenAtMs !== null;
        this.#say('info', `${knob} is ${value} now, set by another program: that is its base`);
        return;
      case 'reset':
        if (change.count === 1)
          this.#say('warn', `${knob} was at ${value}: the card had forgotten it; ${again} is set again`);
        return;
      case 'late':
        this.#say(
          'info',
          `${knob} is ${value} now: a change that was not answered in time came about after all`,
        );
        return;
      case 'reasserted':
        if (change.count === 1)
          this.#say('warn', `another program set ${knob} to ${value}; ${again} is set again`);
        return;
      case 'left': {
        this.#isForgotten = true;
        this.#leave(`another program set ${value}, and card.otherWriter is ${this.#policy}`, change.isAlert);
        this.#say('warn', `${knob} is left alone: ${this.#left?.why}`);
      }
    }
  }

  #leave(why: string, isAlert: boolean): void {
    leave(this.#hold);
    const remedy = `"evenkeel release ${this.#knob}" takes it up again`;
    this.#left = { why: `${why}; ${remedy}`, isAlert };
  }

  /** What people should know of it, or null. */
  #alertText(): { title: string; because: string } | null {
    const { resets, reasserts } = this.#hold;
    if (this.#left?.isAlert === true)
      return { title: `another program holds ${this.#knob}`, because: this.#left.why };
    if (reasserts.length > 0) {
      const because = `it was set again ${reasserts.length} times in ten minutes`;
      return { title: `another program writes ${this.#knob} too`, because };
    }
    if (resets.length < REPEATS) return null;
    const because = `it was set again ${resets.length} times in ten minutes`;
    return { title: `the card keeps forgetting ${this.#knob}`, because };
  }

  #within(value: number): number {
    const [min, max] = this.#range(value);
    return Math.min(max, Math.max(min, value));
  }

  /** A card that tells no range takes any value. */
  #range(value: number): readonly [number, number] {
    return this.#offer.range ?? [value, value];
  }

  #amount(value: number): string {
    return sayValue(this.#knob, value);
  }
}
