/** Reads the sensors of one card that are due, and learns which ones it lacks and which are dear. */
import { CATALOGUE, refuseValue } from '../../facts/catalogue.js';
import type { FactValue, SlowerTier } from '../../shapes/reading.js';
import { type Answer, isAnswered, type Told, unbelievable } from './answers.js';
import {
  Cost,
  noteCheap,
  OBSERVER_BUDGET,
  type ObserverBudget,
  overspender,
  recovered,
  type Spender,
} from './budget.js';
import { CODE, DOWN_CODES, describeCode, NEVER_CODES } from './codes.js';
import type { Device } from './device.js';
import type { Sensor, SensorTier } from './sensor.js';
import { SENSORS } from './sensors/index.js';

/** How often each tier is read, in ms. */
export interface Pace {
  /** The agent's tick. */
  fastMs: number;
  slowMs: number;
  rareMs: number;
}

/** A sensor that is read more rarely than it would be, because it is dear. */
export interface Demotion {
  facts: readonly string[];
  tier: SlowerTier;
  everyMs: number;
  /** What one reading took when it was found dear, in ms. */
  costMs: number;
}

/** What is read of a card: sensors of these tiers that are due, and settings whether due or not. */
export interface Wanted {
  tiers: readonly SensorTier[];
  settings: boolean;
}

/** Readings more often than this, in ms, tell the same again: the driver's own windows are 170 ms to 1 s long. */
export const LEAST_APART_MS = 250;

/** A timer that fires a little early must not make a sensor wait for the next time. */
const DUE_SHARE = 0.9;

/** Codes whose own sentence is about settings as well. */
const OF_SENSORS: Readonly<Record<number, string>> = { [CODE.notSupported]: 'this card has no such sensor' };

interface Slot extends Spender {
  sensor: Sensor;
  tier: SensorTier;
  readAtMs: number;
  dearMs: number;
  /** Facts of it that the card will not tell in this run. */
  never: Set<string>;
  /** What is read once was read. */
  isDone: boolean;
}

/** One card from when it was found until it is lost. */
export class Reader {
  readonly #device: Device;
  readonly #pace: Pace;
  readonly #budget: ObserverBudget;
  readonly #slots: Slot[];

  constructor(device: Device, pace: Pace, budget: ObserverBudget = OBSERVER_BUDGET) {
    this.#device = device;
    this.#pace = pace;
    this.#budget = budget;
    this.#slots = SENSORS.map((sensor) => ({
      sensor,
      tier: sensor.tier,
      cost: new Cost(),
      everyMs: this.#everyMs(sensor.tier),
      demotedMs: this.#demotedMs(sensor, sensor.tier),
      promotedMs: null,
      demotions: 0,
      cheapReadings: 0,
      readAtMs: Number.NEGATIVE_INFINITY,
      dearMs: 0,
      never: new Set(),
      isDone: false,
    }));
  }

  /** What the sensors that are due tell, and whether the card is down: no value came, and the code of a lost card. */
  read(wanted: Wanted): { told: Record<string, Told>; isDown: boolean } {
    const told: Record<string, Told> = {};
    let [answered, down] = [0, 0];
    for (const slot of this.#slots) {
      if (!this.#isDue(slot, wanted)) continue;
      for (const [fact, answer] of Object.entries(this.#readSlot(slot))) {
        if (isAnswered(answer)) answered++;
        else if (DOWN_CODES.has(answer.code)) down++;
        told[fact] = isAnswered(answer)
          ? [answer.value]
          : [null, answer.code, describeCode(answer.code, answer.why ?? OF_SENSORS[answer.code])];
      }
    }
    if (!this.#keepBudget()) this.#recover();
    return { told, isDown: answered === 0 && down > 0 };
  }

  /**
   * The facts of which nothing is known while the card may not be read: what moves, and what was not read yet. Its ranges,
   * its settings and what it lacks stand as they were read.
   */
  get unknown(): string[] {
    return this.#slots.flatMap(({ sensor, readAtMs, never }) => {
      const stands = (sensor.tier === 'once' || sensor.isSetting === true) && Number.isFinite(readAtMs);
      return stands ? [] : sensor.facts.filter((fact) => !never.has(fact));
    });
  }

  /** Sensors that are read more rarely than they would be. */
  get demotions(): Demotion[] {
    return this.#slots.flatMap(({ sensor, tier, everyMs, dearMs }) =>
      tier !== sensor.tier && (tier === 'slow' || tier === 'rare')
        ? [{ facts: sensor.facts, tier, everyMs, costMs: dearMs }]
        : [],
    );
  }

  #isDue({ sensor, tier, everyMs, readAtMs, never, isDone }: Slot, { tiers, settings }: Wanted): boolean {
    if (isDone || sensor.facts.every((fact) => never.has(fact))) return false;
    if (settings && sensor.isSetting === true) return true;
    if (!tiers.includes(tier)) return false;
    // The fast tier comes when it is asked for.
    return tier === 'fast' || this.#device.now() - readAtMs >= DUE_SHARE * everyMs;
  }

  #readSlot(slot: Slot): Record<string, Answer<FactValue>> {
    const { sensor, never, cost } = slot;
    const startMs = this.#device.now();
    const answers = sensor.read(this.#device);
    const tookMs = this.#device.now() - startMs;
    cost.note(tookMs);
    noteCheap(slot, this.#budget);
    slot.readAtMs = startMs;
    const checked: Record<string, Answer<FactValue>> = {};
    for (const fact of sensor.facts) {
      if (never.has(fact)) continue;
      const answer = check(fact, answers[fact] ?? unbelievable('nothing was told'));
      this.#device.note(fact, answer);
      checked[fact] = answer;
      if (!isAnswered(answer) && NEVER_CODES.has(answer.code)) never.add(fact);
    }
    slot.isDone = slot.tier === 'once' && Object.values(checked).every(isAnswered);
    return checked;
  }

  /** Whether something had to be demoted. */
  #keepBudget(): boolean {
    const slot = overspender(this.#spending(), this.#budget);
    if (slot === null) return false;
    slot.dearMs = Math.round((slot.cost.ms ?? 0) * 100) / 100;
    slot.demotions++;
    this.#move(slot, slot.tier === 'fast' ? 'slow' : 'rare');
    return true;
  }

  /** A driver that was busy for a while must not cost the facts of the whole run. */
  #recover(): void {
    const slot = recovered(this.#spending(), this.#budget);
    if (slot === null) return;
    // What was dear then says nothing of now.
    slot.cost = new Cost();
    this.#move(slot, fasterThan(slot));
  }

  #move(slot: Slot, tier: SensorTier): void {
    const { sensor } = slot;
    slot.tier = tier;
    slot.everyMs = this.#everyMs(tier);
    slot.demotedMs = this.#demotedMs(sensor, tier);
    slot.promotedMs = tier === sensor.tier ? null : this.#everyMs(fasterThan(slot));
    slot.cheapReadings = 0;
  }

  #spending(): Slot[] {
    return this.#slots.filter(({ tier, isDone }) => tier !== 'once' && !isDone);
  }

  #everyMs(tier: SensorTier): number {
    const { fastMs, slowMs, rareMs } = this.#pace;
    // What could not be read at the start is tried again as slow sensors are.
    return { fast: Math.max(fastMs, LEAST_APART_MS), slow: slowMs, rare: rareMs, once: slowMs }[tier];
  }

  #demotedMs({ isVital }: Sensor, tier: SensorTier): number | null {
    if (tier === 'once' || tier === 'rare' || (tier === 'slow' && isVital === true)) return null;
    return tier === 'fast' ? this.#pace.slowMs : this.#pace.rareMs;
  }
}

/** Where a demoted sensor goes when it is cheap again: one step back at a time. */
function fasterThan({ tier, sensor }: Slot): SensorTier {
  return tier === 'rare' ? 'slow' : sensor.tier;
}

/** A value that the catalogue refuses is no answer: a sentinel, or nonsense. */
function check(fact: string, answer: Answer<FactValue>): Answer<FactValue> {
  const definition = CATALOGUE[`gpu.${fact}`];
  if (!isAnswered(answer) || definition === undefined) return answer;
  const refusal = refuseValue(definition, answer.value);
  return refusal === null ? answer : unbelievable(refusal);
}
