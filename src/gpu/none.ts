/** No card: a machine without one, or an agent told to leave it alone. */
import { CATALOGUE } from '../facts/catalogue.js';
import type { Card, CardInventory, CardOutcome } from '../shapes/gpu.js';
import type { KnobOffer, KnobValue } from '../shapes/knob.js';
import type { Readings } from '../shapes/reading.js';

const GPU_FACTS = Object.keys(CATALOGUE).filter((name) => name.startsWith('gpu.'));

/** Every fact of the card is unsupported, with the reason, and nothing can be set. */
export class NoCard implements Card {
  readonly inventory: CardInventory = {
    name: 'none',
    uuid: 'none',
    driver: null,
    pciId: null,
    simulated: false,
  };
  readonly #readings: Readings;

  /** `why` becomes the reason of every fact of the card. */
  constructor(why = 'no card is watched') {
    this.#readings = Object.fromEntries(GPU_FACTS.map((fact) => [fact, [null, 'unsupported', 0, why]]));
  }

  sample(): Readings {
    return { ...this.#readings };
  }

  knobs(): Record<string, KnobOffer> {
    return {};
  }

  async apply(knob: string, _value: KnobValue): Promise<CardOutcome> {
    return {
      ok: false,
      value: 'unsupported',
      error: `no card is watched that could set ${knob}`,
      isLasting: true,
    };
  }

  async forget(_knob: string): Promise<void> {}

  async restore(): Promise<void> {}

  async close(): Promise<void> {}
}
