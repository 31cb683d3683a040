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

/** What the catalogue says of a fact, looked up once. */
interface FactKind {
  /** Undefined for a name that means nothing. */
  definition: FactDefinition | undefined;
  staleAfterMs: number;
}

const NEVER: Reading = { value: null, atMs: 0, quality: 'missing', why: 'no reading yet' };

/** Holds the last reading of each fact and judges at every tick what it is still worth. */
export class FactStore implements FactView {
  readonly #options: StoreOptions;
  readonly #readings = new Map<string, Reading>();
  readonly #kinds = new Map<string, FactKind>();
  readonly #frozen = new FrozenWatch();
  /** Why the newest attempt to read a fact whose last good value stands told nothing. */
  readonly #troubles = new Map<string, string>();
  /** Facts that are read more rarely than the catalogue says. */
  readonly #slower = new Map<string, Tier>();
  /** Names that a test of names picked, and of how many it was asked. */
  #picked = new WeakMap<(fact: string) => boolean, { of: number; names: string[] }>();
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
    return this.#kindOf(fact).definition;
  }

  /** Takes the book's signals as facts. What is no longer one is forgotten. */
  useSignals(signals: ReadonlyMap<string, FactDefinition>): void {
    for (const name of this.#signals.keys()) {
      this.#kinds.delete(name);
      if (!signals.has(name)) this.#readings.delete(name);
    }
    this.#picked = new WeakMap();
    // A name may have been looked up, and found to mean nothing, before it meant something.
    for (const name of signals.keys()) this.#kinds.delete(name);
    this.#signals = signals;
  }

  /** A fact is read at another tier than the catalogue's, and grows stale by it; null: at the catalogue's again. */
  useTier(fact: string, tier: SlowerTier | null): void {
    if (tier === null) this.#slower.delete(fact);
    else this.#slower.set(fact, tier);
    this.#kinds.delete(fact);
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
      const [value, quality, ageMs, why] = reading;
      if (value === null) {
        this.#addUnknown(
          fact,
          quality === 'unsupported' ? 'unsupported' : 'missing',
          why ?? 'no reason given',
        );
        continue;
      }
      const refusal = this.#refuse(fact, value);
      if (refusal !== null) {
        this.refused.set(fact, (this.refused.get(fact) ?? 0) + 1);
        this.#addUnknown(fact, 'missing', refusal);
        continue;
      }
      if (this.#troubles.size > 0) this.#troubles.delete(fact);
      // A reading from the future, or of no time at all, would never grow stale.
      this.#readings.set(fact, { value, atMs: this.#nowMs - (ageMs > 0 ? ageMs : 0), quality });
    }
    this.#frozen.observe(this.#nowMs, this.#rawNumber('gpu.temperatureC'), this.#rawNumber('gpu.powerW'));
  }

  /** Sets a fact the agent computes itself; undefined makes it missing with the reason. */
  derive(
    fact: string,
    value: FactValue | undefined,
    why = 'an input is unknown',
    quality: Reading['quality'] = 'derived',
  ): void {
    if (this.isGiven(fact)) return;
    const { definition } = this.#kindOf(fact);
    const refusal =
      value === undefined ? why : definition === undefined ? null : refuseValue(definition, value);
    if (value === undefined || refusal !== null) {
      const last = this.#readings.get(fact);
      const [lastValue, atMs] =
        last === undefined || last.value === null ? [null, this.#nowMs] : [last.value, last.atMs];
      this.#readings.set(fact, { value: lastValue, atMs, quality: 'missing', why: refusal ?? why });
    } else {
      this.#readings.set(fact, { value, atMs: this.#nowMs, quality });
    }
  }

  /** Makes every fact that `isTold` names missing but those just told, because what told them is silent. */
  forget(isTold: (fact: string) => boolean, why: string, told?: { has(fact: string): boolean }): void {
    for (const fact of this.heardOf(isTold)) {
      if (told?.has(fact) === true || this.isGiven(fact)) continue;
      const reading = this.#readings.get(fact);
      if (reading === undefined || (reading.why === why && reading.quality === 'missing')) continue;
      this.#readings.set(fact, { ...reading, quality: 'missing', why });
    }
  }

  /** The facts heard of that `test` names, in the order they were first heard; a test is asked once of each name. */
  heardOf(test: (fact: string) => boolean): readonly string[] {
    const size = this.#readings.size;
    const before = this.#picked.get(test);
    if (before?.of === size) return before.names;
    const names = [...this.#readings.keys()].filter(test);
    this.#picked.set(test, { of: size, names });
    return names;
  }

  /** Makes every fact under these prefixes one that was never told. */
  unset(prefixes: readonly string[], why: string): void {
    for (const fact of this.#readings.keys()) {
      if (this.isGiven(fact) || !prefixes.some((prefix) => fact.startsWith(prefix))) continue;
      this.#readings.set(fact, { value: null, atMs: this.#nowMs, quality: 'missing', why });
    }
  }

  /** After a gap nothing that was watched over time may be compared across it. */
  afterGap(): void {
    this.#frozen.reset();
  }

  known(fact: string): FactValue | undefined {
    const reading = this.reading(fact);
    return reading === undefined || !isKnown(reading.quality) ? undefined : (reading.value ?? undefined);
  }

  number(fact: string): number | undefined {
    const value = this.known(fact);
    return typeof value === 'number' ? value : undefined;
  }

  reading(fact: string): Reading | undefined {
    const reading = this.#readings.get(fact);
    if (reading === undefined) return this.#kindOf(fact).definition === undefined ? undefined : NEVER;
    if (!isKnown(reading.quality)) return reading;
    const ageMs = this.#nowMs - reading.atMs;
    // No tier's limit is below the floor: what is younger need not be looked up.
    if (ageMs > STALE_FLOOR_MS && ageMs > this.#kindOf(fact).staleAfterMs) {
      const trouble = this.#troubles.get(fact);
      const why = `the newest reading is ${Math.round(ageMs)} ms old${trouble === undefined ? '' : `; ${trouble}`}`;
      return { ...reading, quality: 'stale', why };
    }
    if (fact === 'gpu.temperatureC' && this.#options.watchFrozen) {
      const why = this.#frozen.verdict(this.#nowMs);
      if (why !== null) return { ...reading, quality: 'stale', why };
    }
    return reading;
  }

  /** All facts heard of, in the order they were first heard. */
  *entries(): IterableIterator<[string, Reading]> {
    for (const fact of this.#readings.keys()) {
      const reading = this.reading(fact);
      if (reading !== undefined) yield [fact, reading];
    }
  }

  #addUnknown(fact: string, quality: 'missing' | 'unsupported', why: string): void {
    const last = this.#readings.get(fact);
    // One bad sample changes nothing: the last good value stands until it is stale.
    if (quality === 'missing' && last !== undefined && isKnown(last.quality)) {
      this.#troubles.set(fact, why);
      return;
    }
    this.#readings.set(fact, { value: last?.value ?? null, atMs: last?.atMs ?? this.#nowMs, quality, why });
  }

  #rawNumber(fact: string): number | undefined {
    const reading = this.#readings.get(fact);
    return reading !== undefined && isKnown(reading.quality) && typeof reading.value === 'number'
      ? reading.value
      : undefined;
  }

  #kindOf(fact: string): FactKind {
    let kind = this.#kinds.get(fact);
    if (kind === undefined) {
      const definition = lookUpFact(fact) ?? this.#signals.get(fact);
      const tier = this.isGiven(fact) ? 'tick' : (this.#slower.get(fact) ?? definition?.tier ?? 'tick');
      const staleAfterMs =
        tier === 'once'
          ? Number.POSITIVE_INFINITY
          : Math.max(STALE_FLOOR_MS, STALE_INTERVALS * this.#options.tierMs[tier]);
      kind = { definition, staleAfterMs };
      this.#kinds.set(fact, kind);
    }
    return kind;
  }

  /** Why a reading cannot be this fact's value, or null. */
  #refuse(fact: string, value: FactValue): string | null {
    const { definition } = this.#kindOf(fact);
    if (definition === undefined) return 'not in the catalogue';
    // A powered card is never at 0 °C: that is a driver's failure to read, told as a number.
    if (value === 0 && /^gpu\.(\d+\.)?temperatureC$/.test(fact))
      return '0 °C is what a failed read looks like';
    return refuseValue(definition, value);
  }
}
