/**
 * The knobs of the bot's card: what was decided is written only on change and inside the device's own range, and what is
 * in force is looked at every tick, because drivers forget and other programs write too.
 */
import { reasonOf } from '../errors.js';
import { CARD_KNOBS, type Card, type CardKnob, type CardOutcome } from '../shapes/gpu.js';
import type { KnobOffer, KnobValue } from '../shapes/knob.js';
import type { Notice } from '../shapes/port.js';
import type { TickEvent } from '../shapes/sample.js';
import type { Actuator, TickMoment } from './actuator.js';
import { HeldKnob, type Say } from './held-knob.js';
import type { WriterPolicy } from './hold.js';

/** What the hardware knobs are opened with. */
export interface HardwareOptions {
  card: Card;
  /** What is done where another program sets what the agent had set. */
  otherWriter: WriterPolicy;
  /** Tells a person, one line each. */
  log: Say;
}

/** The actuator of the bot's card. */
export interface HardwareActuator extends Actuator {
  /** A person sets or releases a knob: it is written again, whoever had it or had refused it. */
  takeUp(knob: string): void;
  /** What people should know of the settings now. */
  notices(): Notice[];
}

interface Done {
  knob: CardKnob;
  outcome: CardOutcome;
  tookMs: number;
}

/** Whether the card itself says that the knob can be written: what it says otherwise ends when it says so. */
function isOpen(offer: KnobOffer | undefined): boolean {
  return offer !== undefined && offer.readOnly === undefined;
}

/** Sets power limit, clocks and target temperature. What was in force at the start is given back by `restore`. */
export function openHardwareKnobs({ card, otherWriter, log }: HardwareOptions): HardwareActuator {
  const held = new Map<CardKnob, HeldKnob>();
  const done: Done[] = [];
  let owed: TickEvent[] = [];
  let hasWritten = false;
  let isEnding = false;
  let busy: Promise<void> | null = null;
  let forgetting: Promise<void> = Promise.resolve();

  const write = async (knob: CardKnob, value: number): Promise<void> => {
    const startedMs = performance.now();
    hasWritten = true;
    const outcome = await card
      .apply(knob, value)
      .catch((error: unknown): CardOutcome => ({ ok: false, value: 'unknown', error: reasonOf(error) }));
    done.push({ knob, outcome, tookMs: performance.now() - startedMs });
  };

  /** One write at a time, over all knobs; what is answered counts from the next tick on. */
  const writeAll = async (): Promise<void> => {
    for (let due = nextDue(); due !== null; due = nextDue()) await write(due.knob, due.value);
  };
  const nextDue = (): { knob: CardKnob; value: number } | null => {
    if (isEnding) return null;
    for (const [knob, one] of held) {
      const value = one.takeDue();
      if (value !== null) return { knob, value };
    }
    return null;
  };

  const forget = (knob: CardKnob): void => {
    forgetting = forgetting
      .then(() => card.forget(knob))
      .catch((error: unknown) => log('warn', `${knob} may be given back: ${reasonOf(error)}`));
  };

  const look = (knob: CardKnob, offer: KnobOffer | undefined, moment: TickMoment): TickEvent[] => {
    const before = held.get(knob);
    if (typeof offer?.value !== 'number') return before?.lose() ?? [];
    const one = before ?? new HeldKnob(knob, offer, otherWriter, log);
    held.set(knob, one);
    const events = one.look(offer, moment);
    if (one.takeForgotten()) forget(knob);
    return events;
  };

  return {
    events(moment) {
      const events: TickEvent[] = owed;
      owed = [];
      const offers = card.knobs();
      for (const { knob, outcome, tookMs } of done.splice(0)) {
        const isLasting = !outcome.ok && outcome.isLasting === true && isOpen(offers[knob]);
        events.push(...(held.get(knob)?.answer({ outcome, isLasting, tookMs, atMs: moment.atMs }) ?? []));
      }
      for (const knob of CARD_KNOBS) events.push(...look(knob, offers[knob], moment));
      return events;
    },
    start(values, revision) {
      for (const [knob, one] of held) {
        const value: KnobValue | undefined = values[knob];
        if (typeof value === 'number') owed.push(...one.want(value, revision));
      }
      busy ??= writeAll().finally(() => {
        busy = null;
      });
    },
    takeUp(knob) {
      for (const [name, one] of held) if (name === knob) one.takeUp();
    },
    notices: () => [...held.values()].flatMap((one) => one.notices()),
    async restore() {
      isEnding = true;
      await Promise.all([busy, forgetting]);
      if (hasWritten) await card.restore();
    },
  };
}
