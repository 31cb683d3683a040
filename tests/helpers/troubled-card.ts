/** The simulated card with what real ones do: lose their settings, vanish, refuse, ignore, and serve another program. */
import { SimulatedCard } from '../../src/gpu/simulated/card.js';
import type { CardOutcome } from '../../src/shapes/gpu.js';
import type { KnobOffer, KnobValue } from '../../src/shapes/knob.js';
import type { Readings } from '../../src/shapes/reading.js';

export class TroubledCard extends SimulatedCard {
  isLost = false;
  readOnly: string | null = null;
  range: [number, number] | null = null;
  /** What the driver says instead of doing it. */
  refusal: { error: string; isLasting?: true } | null = null;
  /** It says yes and does nothing. */
  isIgnoring = false;
  /** Writes that reached it, one a line; `busy` is how many were on their way at once, at most. */
  readonly writes: number[] = [];
  readonly forgotten: string[] = [];
  busy = 0;
  #onTheirWay = 0;
  /** Resolves what is on its way; at once while null. */
  #gate: Promise<void> | null = null;
  #open: () => void = () => undefined;

  override sample(atMs: number): Readings {
    const readings = super.sample(atMs);
    if (!this.isLost) return readings;
    return Object.fromEntries(
      Object.keys(readings).map((fact) => [fact, [null, 'missing', 0, 'the card is lost']]),
    );
  }

  override knobs(): Record<string, KnobOffer> {
    if (this.isLost) return {};
    const { powerLimitW, ...others } = super.knobs();
    if (powerLimitW === undefined) return others;
    const readOnly = this.readOnly === null ? {} : { readOnly: this.readOnly };
    const range = this.range === null ? {} : { range: this.range };
    return { ...others, powerLimitW: { ...powerLimitW, ...range, ...readOnly } };
  }

  override async apply(knob: string, value: KnobValue): Promise<CardOutcome> {
    this.writes.push(Number(value));
    this.#onTheirWay++;
    this.busy = Math.max(this.busy, this.#onTheirWay);
    await this.#gate;
    this.#onTheirWay--;
    const inForce = super.knobs().powerLimitW?.value ?? 'unknown';
    if (this.isLost) return { ok: false, value: 'unknown', error: 'the card is lost' };
    if (this.refusal !== null) return { ok: false, value: inForce, ...this.refusal };
    return this.isIgnoring ? { ok: true, value: inForce } : super.apply(knob, value);
  }

  override async forget(knob = ''): Promise<void> {
    this.forgotten.push(knob);
    await super.forget();
  }

  get limitW(): number {
    return Number(super.knobs().powerLimitW?.value);
  }

  /** Another program sets the limit, or a driver that starts anew does. */
  async setOutside(watts: number): Promise<void> {
    await super.apply('powerLimitW', watts);
  }

  /** From now on writes are on their way until they are let through. */
  holdWrites(): void {
    this.#gate = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  letThrough(): void {
    this.#open();
    this.#gate = null;
  }
}
