/** A card of a recording, played against the time since the first reading. Nothing of it is measured now. */
import { CATALOGUE, refuseValue } from '../../facts/catalogue.js';
import type { Card, CardInventory, CardOutcome } from '../../shapes/gpu.js';
import type { KnobOffer, KnobValue } from '../../shapes/knob.js';
import type { Readings, ReadingTuple } from '../../shapes/reading.js';
import type { RecordedCards, RecordedTick } from './load.js';

const GPU_FACTS = Object.keys(CATALOGUE).filter((name) => name.startsWith('gpu.'));

/** Tells what the recording told at the same time after its start; after its end nothing. */
export class RecordedCard implements Card {
  readonly inventory: CardInventory;
  readonly #recorded: Pick<RecordedCards, 'path' | 'lengthMs'>;
  readonly #ticks: readonly RecordedTick[];
  readonly #told: Map<string, { tuple: ReadingTuple; atMs: number }> = new Map();
  readonly #offers: Map<string, KnobOffer> = new Map();
  #startMs: number | null = null;
  /** Time since the start in ms; it does not go back with a clock that does. */
  #nowMs = 0;
  #next = 0;

  /** The card at `place` of a recording; 0 is the bot's. */
  constructor(recorded: RecordedCards, place: number) {
    this.#recorded = recorded;
    this.#ticks = recorded.cards[place] ?? [];
    this.inventory = {
      name: place === 0 ? `Recorded ${recorded.name.replace(/^Recorded /, '')}` : `Recorded card ${place}`,
      uuid: `GPU-recorded-${place}`,
      driver: null,
      pciId: null,
      simulated: true,
    };
    // What it offers at its beginning is asked for before the first tick.
    this.#play();
  }

  sample(atMs: number): Readings {
    this.#startMs ??= atMs;
    this.#nowMs = Math.max(this.#nowMs, atMs - this.#startMs);
    this.#play();
    return Object.fromEntries(GPU_FACTS.map((fact) => [fact, this.#reading(fact)]));
  }

  knobs(): Record<string, KnobOffer> {
    if (this.#hasEnded) return {};
    return Object.fromEntries(
      [...this.#offers].map(([knob, offer]) => [knob, { ...offer, readOnly: READ_ONLY }]),
    );
  }

  async apply(knob: string, _value: KnobValue): Promise<CardOutcome> {
    const offer = this.knobs()[knob];
    const error = offer === undefined ? `expected a knob of the recorded card, got ${knob}` : READ_ONLY;
    return { ok: false, value: offer?.value ?? 'unsupported', error, isLasting: true };
  }

  async forget(_knob: string): Promise<void> {}

  async restore(): Promise<void> {}

  async close(): Promise<void> {}

  get #hasEnded(): boolean {
    return this.#nowMs >= this.#recorded.lengthMs;
  }

  #play(): void {
    for (let tick = this.#ticks[this.#next]; tick !== undefined && tick.atMs <= this.#nowMs; ) {
      for (const [fact, tuple] of Object.entries(tick.readings))
        this.#told.set(fact, { tuple, atMs: tick.atMs });
      for (const [knob, offer] of Object.entries(tick.offers)) {
        if (offer === null) this.#offers.delete(knob);
        else this.#offers.set(knob, offer);
      }
      this.#next++;
      tick = this.#ticks[this.#next];
    }
  }

  #reading(fact: string): ReadingTuple {
    const { path, lengthMs } = this.#recorded;
    if (this.#hasEnded) return [null, 'missing', 0, `the recording ${path} ended after ${lengthMs / 1000} s`];
    const told = this.#told.get(fact);
    if (told === undefined) return [null, 'missing', 0, `the recording ${path} has not told it so far`];
    const [value, quality, ageMs, why = 'the recording tells no reason'] = told.tuple;
    if (value === null) return [null, quality === 'unsupported' ? quality : 'missing', 0, why];
    const definition = CATALOGUE[fact];
    const refusal = definition === undefined ? null : refuseValue(definition, value);
    if (refusal !== null) return [null, 'missing', 0, refusal];
    return [value, 'simulated', Math.max(0, ageMs) + this.#nowMs - told.atMs];
  }
}

const READ_ONLY = 'the card is played from a recording; there is nothing to write to';
