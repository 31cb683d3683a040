/** The knobs of the bot's card: written only on change, inside the device's own range, read back. */
import { CARD_KNOBS, type CardKnob, type CardSet } from '../shapes/gpu.js';
import type { KnobOffer, KnobValue } from '../shapes/knob.js';
import type { AppliedEvent } from '../shapes/sample.js';
import type { Actuator } from './actuator.js';

/** Sets power limit, clocks and target temperature. What was in force at the start is given back by `restore`. */
export function openHardwareKnobs({ cards }: CardSet): Actuator {
  const [card] = cards;
  const offers = card.knobs();
  const written = new Map<CardKnob, KnobValue>();
  let isChanged = false;
  let done: AppliedEvent[] = [];
  let busy: Promise<void> = Promise.resolve();

  const apply = async (knob: CardKnob, value: KnobValue, revision: number): Promise<void> => {
    const startedMs = performance.now();
    const outcome = await card.apply(knob, value);
    isChanged ||= outcome.ok;
    written.set(knob, outcome.value);
    const tookMs = performance.now() - startedMs;
    const error = outcome.ok ? {} : { error: outcome.error };
    done.push({
      kind: 'applied',
      knob,
      value: outcome.value,
      ok: outcome.ok,
      ...error,
      tookMs,
      revision,
    });
  };

  return {
    offers: (): Record<string, KnobOffer> => offers,
    start(values, revision) {
      for (const knob of CARD_KNOBS) {
        const wanted = values[knob];
        const offer = offers[knob];
        if (offer === undefined || wanted === undefined) continue;
        if (wanted === (written.get(knob) ?? offer.value)) continue;
        // The value being written counts as written: a second tick must not start a second write.
        written.set(knob, wanted);
        const whole = Math.round(Number(wanted));
        busy = busy.then(() => apply(knob, whole, revision));
      }
    },
    outcomes() {
      const outcomes = done;
      done = [];
      return outcomes;
    },
    async restore() {
      await busy;
      if (isChanged) await card.restore();
    },
  };
}
