/** One card as nvidia-smi tells it; what is written goes through the writer it is given. */
import { CATALOGUE } from '../../facts/catalogue.js';
import type { Card, CardInventory, CardOutcome, CardWriter } from '../../shapes/gpu.js';
import type { KnobOffer, KnobValue } from '../../shapes/knob.js';
import type { Readings, ReadingTuple } from '../../shapes/reading.js';
import { admitWrite, cardKnob, writeRefusal } from '../admit-write.js';
import { isLimitedByOurs } from '../limited-by-ours.js';
import { wakingClock } from '../waking-clock.js';
import { Borrowed } from './borrowed.js';
import type { Row } from './columns.js';
import { factsOf, type Told } from './facts.js';
import type { SmiStream, SmiTimes } from './stream.js';

const GPU_FACTS = Object.keys(CATALOGUE).filter((name) => name.startsWith('gpu.'));

/** What an smi card is made of. */
export interface SmiCardOptions {
  inventory: CardInventory;
  /** What tells it, and why it does not. */
  stream: Pick<SmiStream, 'columns' | 'trouble'>;
  writer: CardWriter | undefined;
  /** The graphics clocks it has in MHz, the lowest first; none where it does not tell them. */
  clocks: readonly number[];
  times: Pick<SmiTimes, 'periodMs' | 'silenceMs'>;
}

/** A card that was silent for this many of the longest silences between two instants is lost: it offers no knobs. */
const LOST_AFTER_SILENCES = 2;
/** A row may have been read before a write that it comes after: it takes so many periods until one surely was not. */
const ROWS_LATE = 2;

/** Tells the newest row with its age. */
export class SmiCard implements Card {
  readonly inventory: CardInventory;
  readonly #options: SmiCardOptions;
  readonly #borrowed: Borrowed;
  /** What was told before the machine slept counts as old after it. */
  readonly #now: () => number = wakingClock();
  #facts: Record<string, Told> = {};
  /** When the newest row came: by the clock of ages, and by one that stands while the machine sleeps. */
  #told: { atMs: number; awakeMs: number } | null = null;

  constructor(options: SmiCardOptions) {
    this.#options = options;
    this.#borrowed = new Borrowed(ROWS_LATE * options.times.periodMs);
    this.inventory = options.inventory;
  }

  /** Takes the newest row of this card. */
  take(row: Row): void {
    this.#facts = factsOf(row, this.#options.stream.columns.unknown);
    this.#told = { atMs: this.#now(), awakeMs: performance.now() };
  }

  sample(_atMs: number): Readings {
    const nowMs = this.#now();
    const ageMs = Math.round(nowMs - (this.#told?.atMs ?? nowMs));
    const readings = Object.fromEntries(GPU_FACTS.map((fact) => [fact, this.#reading(fact, ageMs)]));
    const limitW = this.#borrowed.newer('powerLimitW', nowMs);
    if (limitW !== undefined) readings['gpu.powerLimitW'] = [limitW, 'measured', 0];
    readings['gpu.limitedByOurs'] = this.#limitedByOurs(ageMs, limitW);
    return readings;
  }

  knobs(): Record<string, KnobOffer> {
    const nowMs = this.#now();
    // A program that slept with the machine was not silent.
    if (this.#told === null || performance.now() - this.#told.awakeMs > this.#lostAfterMs) return {};
    const refusal = writeRefusal(this.#options.writer);
    const readOnly = refusal === null ? {} : { readOnly: refusal };
    const knobs: Record<string, KnobOffer> = {};
    const [min, max, value] = ['Min', 'Max', ''].map((end) => this.#number(`gpu.powerLimit${end}W`));
    if (min !== undefined && max !== undefined && value !== undefined && min <= max) {
      const inForce = this.#borrowed.newer('powerLimitW', nowMs) ?? value;
      knobs.powerLimitW = { range: [min, max], value: inForce, ...readOnly };
    }
    const [low, high] = [this.#options.clocks[0], this.#options.clocks.at(-1)];
    if (low !== undefined && high !== undefined) {
      // nvidia-smi does not tell which bound is in force: what was written last, or none, which is the top.
      const bound = this.#borrowed.ours('graphicsClockMaxMhz') ?? high;
      knobs.graphicsClockMaxMhz = { range: [low, high], value: bound, ...readOnly };
    }
    return knobs;
  }

  async apply(knob: string, value: KnobValue): Promise<CardOutcome> {
    const admitted = admitWrite(this.knobs(), this.#options.writer, knob, value);
    if (!admitted.ok) return admitted.outcome;
    const { writer, knob: name, before, top } = admitted;
    const outcome = await writer.set(this.inventory.uuid, name, admitted.value);
    if (typeof outcome.value !== 'number') return outcome;
    this.#borrowed.noteReadBack(name, outcome.value, this.#now());
    // A clock at the top of its range is no bound.
    if (outcome.ok && name === 'graphicsClockMaxMhz' && outcome.value >= top) this.#borrowed.forget(name);
    else if (outcome.ok) this.#borrowed.noteWritten(name, outcome.value, Number(before));
    return outcome;
  }

  async forget(name: string): Promise<void> {
    const knob = cardKnob(name);
    if (knob === undefined) return;
    this.#borrowed.forget(knob);
    await this.#options.writer?.forget(this.inventory.uuid, knob);
  }

  async restore(): Promise<void> {
    await this.#options.writer?.restore(this.inventory.uuid);
    this.#borrowed.noteRestored(this.#now());
  }

  async close(): Promise<void> {}

  get #lostAfterMs(): number {
    return LOST_AFTER_SILENCES * this.#options.times.silenceMs;
  }

  #limitedByOurs(ageMs: number, newerW: number | undefined): ReadingTuple {
    const limitedBy = this.#reading('gpu.limitedBy', ageMs);
    if (limitedBy[0] === null) return limitedBy;
    const isOurs = isLimitedByOurs({
      limitedBy: limitedBy[0],
      powerLimitW: newerW ?? this.#number('gpu.powerLimitW'),
      powerLimitDefaultW: this.#number('gpu.powerLimitDefaultW'),
      oursW: this.#borrowed.ours('powerLimitW'),
      hasLock: this.#borrowed.ours('graphicsClockMaxMhz') !== undefined,
    });
    return [isOurs, 'measured', ageMs];
  }

  #reading(fact: string, ageMs: number): ReadingTuple {
    const told = this.#facts[fact];
    if (told === undefined)
      return [null, 'missing', 0, this.#options.stream.trouble ?? 'nvidia-smi has not told it yet'];
    return 'value' in told ? [told.value, 'measured', ageMs] : [null, told.quality, 0, told.why];
  }

  #number(fact: string): number | undefined {
    const told = this.#facts[fact];
    return told !== undefined && 'value' in told && typeof told.value === 'number' ? told.value : undefined;
  }
}
