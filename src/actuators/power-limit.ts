/** The card's power limit: written only on change, inside the device's own range, read back. */
import type { Card } from '../shapes/gpu.js';
import type { KnobOffer, KnobValue } from '../shapes/knob.js';
import type { AppliedEvent } from '../shapes/sample.js';
import type { Actuator } from './actuator.js';

const KNOB = 'powerLimitW';

/** Sets the power management limit in watts. What was in force at the start is given back by `restore`. */
export function openPowerLimit(card: Card): Actuator {
  const offer: KnobOffer | undefined = card.knobs()[KNOB];
  let written: KnobValue | undefined = offer?.value;
  let isChanged = false;
  let done: AppliedEvent[] = [];
  let busy: Promise<void> = Promise.resolve();

  const apply = async (watts: KnobValue, revision: number): Promise<void> => {
    const startedMs = performance.now();
    const outcome = await card.apply(KNOB, watts);
    isChanged ||= outcome.ok;
    written = outcome.value;
    const tookMs = performance.now() - startedMs;
    const error = outcome.ok ? {} : { error: outcome.error };
    done.push({
      kind: 'applied',
      knob: KNOB,
      value: outcome.value,
      ok: outcome.ok,
      ...error,
      tookMs,
      revision,
    });
  };

  return {
    offers: (): Record<string, KnobOffer> => (offer === undefined ? {} : { [KNOB]: offer }),
    start(values, revision) {
      const wanted = values[KNOB];
      if (offer === undefined || wanted === undefined || wanted === written) return;
      // The value being written counts as written: a second tick must not start a second write.
      written = wanted;
      const watts = Math.round(Number(wanted));
      busy = busy.then(() => apply(watts, revision));
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
