/** The newest reading of every fact at the present tick, and what rules may know of it. */
import {
  type FactValue,
  type FactView,
  isKnown,
  type Reading,
  type Readings,
  type SlowerTier,
} from '../shapes/reading.js';
import { type FactDefinition, lookUpFact, refuseValue, type Tier } from './catalogue.js';
import { FrozenWatch } from './frozen.js';

/** A reading is stale after this many intervals of its tier, and never before `STALE_FLOOR_MS`. */
const STALE_INTERVALS = 3;
const STALE_FLOOR_MS = 2_000;

/** What differs between a live store and one that values are put into. */
export interface StoreOptions {
  /** Interval in ms at which each tier is read; `once` never grows stale. */
  tierMs: Readonly<Record<Exclude<Tier, 'once'>, number>>;
  /** Off where values are held still on purpose, as in rule tests. */
  watchFrozen: boolean;
  /** Facts that only readings tell: nothing is derived over them, and the tick is their tier. */
  given?: ReadonlySet<string>;
}

/** One fact: what its name means, looked up once, and its newest reading. */
interface Slot {
  readonly fact: string;
  readonly isGiven: boolean;
  /** Undefined for a name that means nothing. */
  definition: FactDefinition | undefined;
  staleAfterMs: number;
  /** Null before the first. */
  reading: Reading | null;
  /** Why the newest attempt to read it told nothing, while the last good value stands. */
  trouble: string | null;
}

/** The one that is watched for a sensor that stands still. */
const TEMPERATURE = 'gpu.temperatureC';
const NEVER: Reading = { value: null, atMs: 0, quality: 'missing', why: 'no reading yet' };

/** Holds the last reading of each fact and judges at every tick what it is still worth. */
export class FactStore implements FactView {
  readonly #options: StoreOptions;
  readonly #slots = new Map<string, Slot>();
  /** Those with a reading, in the order they were first heard. */
  #heard: Slot[] = [];
  readonly #frozen = new FrozenWatch();
  /** Facts that are read more rarely than the catalogue says. */
  readonly #slower = new Map<string, Tier>();
  /** Names that a test of names picked, and of how many it was asked. */
  #picked = new WeakMap<(fact: string) => boolean, { of: number; slots: Slot[] }>();
  #signals: ReadonlyMap<string, FactDefinition> = new Map();
  #nowMs = 0;
  /** Readings refused since the start, by fact: sentinels, wrong types, values out of range. */
  readonly refused: Map<string, number> = new Map();

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  /** Whether only readings tell this fact. */
  isGiven(fact: string): boolean {
    return this.#options.given?.has(fact) === true;
  }

  /** What a name means: a fact of the catalogue, or a signal of the book; undefined for anything else. */
  definition(fact: string): FactDefinition | undefined {
    return this.#slotOf(fact).definition;
  }

  /** Takes the book's signals as facts. What is no longer one is forgotten. */
  useSignals(signals: ReadonlyMap<string, FactDefinition>): void {
    const before = this.#signals;
    this.#signals = signals;
    this.#heard = this.#heard.filter(({ fact }) => !before.has(fact) || signals.has(fact));
    this.#picked = new WeakMap();
    for (const name of before.keys()) if (!signals.has(name)) this.#slots.delete(name);
    // A name may have been looked up, and found to mean nothing, before it meant something.
    for (const name of signals.keys()) this.#learn(this.#slotOf(name));
  }

  /** A fact is read at another tier than the catalogue's, and grows stale by it; null: at the catalogue's again. */
  useTier(fact: string, tier: SlowerTier | null): void {
    if (tier === null) this.#slower.delete(fact);
    else this.#slower.set(fact, tier);
    this.#learn(this.#slotOf(fact));
  }

  /** Moves the store's time on; everything read from now on is as of `atMs`. */
  beginTick(atMs: number): void {
    this.#nowMs = atMs;
  }

  /** Takes a sampler's new readings. A refused one changes nothing but the count: the last good value stands. */
  addReadings(readings: Readings): void {
    for (const fact in readings) {
      const reading = readings[fact];
      if (reading === undefined) continue;
      const slot = this.#slotOf(fact);
      const value = reading[0];
      const quality = reading[1];
      if (value === null) {
        this.#addUnknown(
          slot,
          quality === 'unsupported' ? 'unsupported' : 'missing',
          reading[3] ?? 'no reason given',
        );
        continue;
      }
      const refusal = refuse(slot, value);
      if (refusal !== null) {
        this.refused.set(fact, (this.refused.get(fact) ?? 0) + 1);
        this.#addUnknown(slot, 'missing', refusal);
        continue;
      }
      slot.trouble = null;
      const ageMs = reading[2];
      // A reading from the future, or of no time at all, would never grow stale.
      this.#put(slot, { value, atMs: this.#nowMs - (ageMs > 0 ? ageMs : 0), quality });
    }
    this.#frozen.observe(this.#nowMs, this.#rawNumber(TEMPERATURE), this.#rawNumber('gpu.powerW'));
  }

  /** Sets a fact the agent computes itself; undefined makes it missing with the reason. */
  derive(
    fact: string,
    value: FactValue | undefined,
    why = 'an input is unknown',
    quality: Reading['quality'] = 'derived',
  ): void {
    const slot = this.#slotOf(fact);
    if (slot.isGiven) return;
    const { definition, reading: last } = slot;
    const refusal =
      value === undefined ? why : definition === undefined ? null : refuseValue(definition, value);
    if (value === undefined || refusal !== null) {
      const lastValue = last === null ? null : last.value;
      const atMs = last === null || lastValue === null ? this.#nowMs : last.atMs;
      this.#put(slot, { value: lastValue, atMs, quality: 'missing', why: refusal ?? why });
    } else {
      this.#put(slot, { value, atMs: this.#nowMs, quality });
    }
  }

  /** Makes every fact that `isTold` names missing but those that stand, because what told them is silent. */
  forget(isTold: (fact: string) => boolean, why: string, stands?: (fact: string) => boolean): void {
    for (const slot of this.#pick(isTold)) {
      const { fact, reading } = slot;
      if (slot.isGiven || reading === null || (reading.why === why && reading.quality === 'missing'))
        continue;
      if (stands?.(fact) !== true) slot.reading = missing(reading, why);
    }
  }

  /** The facts heard of that `test` names, in the order they were first heard; a test is asked once of each name. */
  heardOf(test: (fact: string) => boolean): readonly string[] {
    return this.#pick(test).map(({ fact }) => fact);
  }

  /** Makes every fact under these prefixes one that was never told. */
  unset(prefixes: readonly string[], why: string): void {
    for (const slot of this.#heard) {
      if (slot.isGiven || !prefixes.some((prefix) => slot.fact.startsWith(prefix))) continue;
      slot.reading = { value: null, atMs: this.#nowMs, quality: 'missing', why };
    }
  }

  /** After a gap nothing that was watched over time may be compared across it. */
  afterGap(): void {
    this.#frozen.reset();
  }

  known(fact: string): FactValue | undefined {
    const slot = this.#slots.get(fact);
    const reading = slot?.reading;
    if (slot === undefined || reading === undefined || reading === null || !isKnown(reading.quality))
      return undefined;
    return this.#isOld(slot, reading) || this.#whyFrozen(fact) !== null
      ? undefined
      : (reading.value ?? undefined);
  }

  number(fact: string): number | undefined {
    const value = this.known(fact);
    return typeof value === 'number' ? value : undefined;
  }

  reading(fact: string): Reading | undefined {
    const slot = this.#slotOf(fact);
    const { reading, trouble } = slot;
    if (reading === null) return slot.definition === undefined ? undefined : NEVER;
    if (!isKnown(reading.quality)) return reading;
    if (this.#isOld(slot, reading)) {
      const ageMs = Math.round(this.#nowMs - reading.atMs);
      const why = `the newest reading is ${ageMs} ms old${trouble === null ? '' : `; ${trouble}`}`;
      return { ...reading, quality: 'stale', why };
    }
    const why = this.#whyFrozen(fact);
    return why === null ? reading : { ...reading, quality: 'stale', why };
  }

  /** All facts heard of, in the order they were first heard. */
  *entries(): IterableIterator<[string, Reading]> {
    for (const { fact } of this.#heard) {
      const reading = this.reading(fact);
      if (reading !== undefined) yield [fact, reading];
    }
  }

  #put(slot: Slot, reading: Reading): void {
    if (slot.reading === null) this.#heard.push(slot);
    slot.reading = reading;
  }

  #isOld({ staleAfterMs }: Slot, { atMs }: Reading): boolean {
    return this.#nowMs - atMs > staleAfterMs;
  }

  #whyFrozen(fact: string): string | null {
    return fact === TEMPERATURE && this.#options.watchFrozen ? this.#frozen.verdict(this.#nowMs) : null;
  }

  #pick(test: (fact: string) => boolean): readonly Slot[] {
    const before = this.#picked.get(test);
    if (before?.of === this.#heard.length) return before.slots;
    const slots = this.#heard.filter(({ fact }) => test(fact));
    this.#picked.set(test, { of: this.#heard.length, slots });
    return slots;
  }

  #addUnknown(slot: Slot, quality: 'missing' | 'unsupported', why: string): void {
    const last = slot.reading;
    // One bad sample changes nothing: the last good value stands until it is stale.
    if (quality === 'missing' && last !== null && isKnown(last.quality)) {
      slot.trouble = why;
      return;
    }
    this.#put(slot, { value: last?.value ?? null, atMs: last?.atMs ?? this.#nowMs, quality, why });
  }

  #rawNumber(fact: string): number | undefined {
    const reading = this.#slots.get(fact)?.reading ?? null;
    return reading !== null && isKnown(reading.quality) && typeof reading.value === 'number'
      ? reading.value
      : undefined;
  }

  #slotOf(fact: string): Slot {
    let slot = this.#slots.get(fact);
    if (slot === undefined) {
      const isGiven = this.isGiven(fact);
      slot = { fact, isGiven, definition: undefined, staleAfterMs: 0, reading: null, trouble: null };
      this.#learn(slot);
      this.#slots.set(fact, slot);
    }
    return slot;
  }

  /** Looks up what a fact means and when its readings are stale. */
  #learn(slot: Slot): void {
    const { fact, isGiven } = slot;
    const definition = lookUpFact(fact) ?? this.#signals.get(fact);
    const tier = isGiven ? 'tick' : (this.#slower.get(fact) ?? definition?.tier ?? 'tick');
    slot.definition = definition;
    slot.staleAfterMs =
      tier === 'once'
        ? Number.POSITIVE_INFINITY
        : Math.max(STALE_FLOOR_MS, STALE_INTERVALS * this.#options.tierMs[tier]);
  }
}

function missing({ value, atMs }: Reading, why: string): Reading {
  return { value, atMs, quality: 'missing', why };
}

/** Why a reading cannot be this fact's value, or null. */
function refuse({ fact, definition }: Slot, value: FactValue): string | null {
  if (definition === undefined) return 'not in the catalogue';
  // A powered card is never at 0 °C: that is a driver's failure to read, told as a number.
  if (value === 0 && /^gpu\.(\d+\.)?temperatureC$/.test(fact)) return '0 °C is what a failed read looks like';
  return refuseValue(definition, value);
}
