/** What may be written to a card, judged before anything is asked of its driver. */
import { CARD_KNOBS, type CardKnob, type CardOutcome, type CardWriter } from '../shapes/gpu.js';
import type { KnobOffer, KnobValue } from '../shapes/knob.js';

const NO_WRITER = 'this run writes no settings of cards';

/** A write that may be tried, or the outcome that refuses it. */
export type Admission =
  | { ok: true; writer: CardWriter; knob: CardKnob; value: number; before: KnobValue; top: number }
  | { ok: false; outcome: CardOutcome };

/** Why nothing can be written now; null where it can. */
export function writeRefusal(writer: CardWriter | undefined): string | null {
  return writer === undefined ? NO_WRITER : writer.refusal;
}

/** The card's own knob of this name; undefined where it is none. */
export function cardKnob(name: string): CardKnob | undefined {
  return CARD_KNOBS.find((knob) => knob === name);
}

/** Admits a value of a knob that the card offers, within the device's own range, where there is a writer. */
export function admitWrite(
  offers: Readonly<Record<string, KnobOffer>>,
  writer: CardWriter | undefined,
  name: string,
  value: KnobValue,
): Admission {
  const offer = offers[name];
  const knob = cardKnob(name);
  if (offer?.range === undefined || knob === undefined) {
    const error = `expected one of this card's knobs (${Object.keys(offers).join(', ') || 'none'}), got ${name}`;
    return { ok: false, outcome: { ok: false, value: 'unsupported', error, isLasting: true } };
  }
  const before = offer.value;
  if (writer === undefined || offer.readOnly !== undefined) {
    const error = offer.readOnly ?? NO_WRITER;
    return { ok: false, outcome: { ok: false, value: before, error, isLasting: true } };
  }
  const [min, max] = offer.range;
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    const error = `expected ${name} of ${min} to ${max}, got ${value}`;
    return { ok: false, outcome: { ok: false, value: before, error } };
  }
  return { ok: true, writer, knob, value, before, top: max };
}
