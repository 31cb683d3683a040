/** A card of this machine as its newest readings tell it; what is written goes to a writer, if there is one. */
import { CATALOGUE } from '../../facts/catalogue.js';
import {
  CARD_KNOBS,
  type Card,
  type CardInventory,
  type CardKnob,
  type CardOutcome,
  type CardWriter,
} from '../../shapes/gpu.js';
import type { KnobOffer, KnobValue } from '../../shapes/knob.js';
import type { Readings, ReadingTuple, SlowerTier } from '../../shapes/reading.js';
import { admitWrite, cardKnob, writeRefusal } from '../admit-write.js';
import { isLimitedByOurs } from '../limited-by-ours.js';
import { NEVER_CODES } from './codes.js';
import type { CardState, Reading } from './reading.js';

const PREFIX = 'gpu.';
const FACTS = Object.keys(CATALOGUE)
  .filter((name) => name.startsWith(PREFIX) && name !== 'gpu.limitedByOurs')
  .map((name) => name.slice(PREFIX.length));

/** Where the range of each knob and its value in force are told. */
const KNOB_FACTS = {
  // What was asked for, not what is enforced: the least of all limiters may be another one's.
  powerLimitW: ['powerLimitMinW', 'powerLimitMaxW', 'powerLimitSetW'],
  // NVML tells no lock: until the agent has set one, the clock counts as free, which is the top of the range.
  graphicsClockMaxMhz: ['lockMinMhz', 'lockMaxMhz', 'lockMaxMhz'],
  targetTemperatureC: ['targetMinC', 'targetMaxC', 'targetTemperatureC'],
} as const satisfies Record<CardKnob, readonly [min: string, max: string, value: string]>;

/** Reads nothing by itself: what it tells was read for all cards together, and has its age. */
export class NvmlCard implements Card {
  readonly inventory: CardInventory;
  readonly #reading: Reading;
  readonly #writer: CardWriter | undefined;
  /** What this agent has set and not given back. */
  readonly #ours = new Map<CardKnob, number>();

  constructor(inventory: CardInventory, reading: Reading, writer: CardWriter | undefined) {
    this.inventory = inventory;
    this.#reading = reading;
    this.#writer = writer;
  }

  sample(atMs: number): Readings {
    this.#reading.tick(atMs);
    const nowMs = this.#reading.now();
    const readings: Readings = {};
    for (const fact of FACTS) readings[`${PREFIX}${fact}`] = this.#tuple(fact, nowMs);
    readings['gpu.limitedByOurs'] = this.#limitedByOurs(nowMs);
    return readings;
  }

  slower(): ReadonlyMap<string, SlowerTier> {
    const slower = new Map<string, SlowerTier>();
    for (const { facts, tier } of this.#state?.demotions ?? [])
      for (const fact of facts) slower.set(`${PREFIX}${fact}`, tier);
    // It is as old as what it is derived from.
    const limitedBy = slower.get('gpu.limitedBy');
    if (limitedBy !== undefined) slower.set('gpu.limitedByOurs', limitedBy);
    return slower;
  }

  knobs(): Record<string, KnobOffer> {
    if (this.#state?.state === 'lost') return {};
    const readOnly = this.#readOnly();
    const offers: Record<string, KnobOffer> = {};
    for (const knob of CARD_KNOBS) {
      const [min, max, value] = KNOB_FACTS[knob].map((fact) => this.#number(fact));
      if (min === undefined || max === undefined || value === undefined || min > max) continue;
      const inForce = knob === 'graphicsClockMaxMhz' ? (this.#ours.get(knob) ?? value) : value;
      offers[knob] = { range: [min, max], value: inForce, ...(readOnly === null ? {} : { readOnly }) };
    }
    return offers;
  }

  async apply(knob: string, value: KnobValue): Promise<CardOutcome> {
    const admitted = admitWrite(this.knobs(), this.#writer, knob, value);
    if (!admitted.ok) return admitted.outcome;
    const outcome = await admitted.writer.set(this.inventory.uuid, admitted.knob, admitted.value);
    if (outcome.ok && typeof outcome.value === 'number') this.#own(admitted, outcome.value);
    await this.#reading.readWritten();
    return outcome;
  }

  async forget(name: string): Promise<void> {
    const knob = cardKnob(name);
    if (knob === undefined) return;
    this.#ours.delete(knob);
    await this.#writer?.forget(this.inventory.uuid, knob);
  }

  async restore(): Promise<void> {
    if (this.#writer === undefined) return;
    await this.#writer.restore(this.inventory.uuid);
    this.#ours.clear();
    await this.#reading.readWritten();
  }

  async close(): Promise<void> {}

  get #state(): CardState | undefined {
    return this.#reading.of(this.inventory.uuid);
  }

  /** A clock at the top of its range is no lock. */
  #own({ knob, top }: { knob: CardKnob; top: number }, value: number): void {
    if (knob === 'graphicsClockMaxMhz' && value >= top) this.#ours.delete(knob);
    else this.#ours.set(knob, value);
  }

  #readOnly(): string | null {
    if (this.#state?.state === 'asleep') return this.#state.why;
    return writeRefusal(this.#writer);
  }

  #tuple(fact: string, nowMs: number): ReadingTuple {
    const kept = this.#state?.facts.get(fact);
    if (kept === undefined) return [null, 'missing', 0, 'the driver has not told it yet'];
    const ageMs = Math.max(0, Math.round(nowMs - kept.atMs));
    const [value] = kept.told;
    if (value !== null) return [value, 'measured', ageMs];
    const [, code, why] = kept.told;
    return [null, NEVER_CODES.has(code) ? 'unsupported' : 'missing', ageMs, why];
  }

  #limitedByOurs(nowMs: number): ReadingTuple {
    const limited = this.#tuple('limitedBy', nowMs);
    const [word, quality, ageMs] = limited;
    if (word === null) return limited;
    const isOurs = isLimitedByOurs({
      limitedBy: word,
      powerLimitW: this.#number('powerLimitW'),
      powerLimitDefaultW: this.#number('powerLimitDefaultW'),
      oursW: this.#ours.get('powerLimitW'),
      hasLock: this.#ours.has('graphicsClockMaxMhz'),
    });
    return [isOurs, quality, ageMs];
  }

  #number(fact: string): number | undefined {
    const value = this.#state?.facts.get(fact)?.told[0];
    return typeof value === 'number' ? value : undefined;
  }
}
