/** Where the card's temperature goes: `predicted.gpu.temperatureC30s`, from the past 30 s to the next 30 s. */
import { type SignalTick, whyUnknown } from '../facts/gauge.js';
import { SlopeGauge } from '../facts/slope-gauge.js';
import type { FactStore } from '../facts/store.js';

const TEMPERATURE = 'gpu.temperatureC';
const PREDICTED = 'predicted.gpu.temperatureC30s';
/** As far as the slope is taken over, and as far as it is drawn on, in ms. */
const AHEAD_MS = 30_000;

/** The first form of the prediction: temperature plus its least-squares slope. Unknown as a signal over 30 s is. */
export class HeatWatch {
  readonly #slope: SlopeGauge;

  constructor(intervalMs: number) {
    this.#slope = new SlopeGauge(TEMPERATURE, AHEAD_MS, AHEAD_MS, intervalMs);
  }

  /** What was measured of another card tells nothing of this one. */
  clear(): void {
    this.#slope.clear();
  }

  /** Takes in one tick. Nothing of before a `gap` in time counts. */
  tick(store: FactStore, atMs: number, dtMs: number, gap: boolean): void {
    if (gap) this.#slope.clear();
    const tick: SignalTick = { atMs, dtMs, facts: store, foldOf: () => undefined };
    const rise = this.#slope.read(tick);
    const temperatureC = store.number(TEMPERATURE);
    if (typeof rise === 'string') store.derive(PREDICTED, undefined, rise);
    else if (temperatureC === undefined) store.derive(PREDICTED, undefined, whyUnknown(TEMPERATURE, store));
    else store.derive(PREDICTED, temperatureC + rise);
  }
}
