/** The cards of an initialised library, read together; what is lost is looked for again by its UUID. */
import { readFileSync } from 'node:fs';
import type { CardInventory } from '../../shapes/gpu.js';
import type { Told } from './answers.js';
import { OBSERVER_BUDGET, type ObserverBudget } from './budget.js';
import { CODE, describeCode } from './codes.js';
import { Device } from './device.js';
import { type FoundCard, type FoundCards, findCards, handleOf } from './identity.js';
import type { NvmlLibrary } from './library.js';
import { type Demotion, type Pace, Reader, type Wanted } from './reader.js';
import { SENSOR_TIERS } from './sensor.js';
import { SENSORS } from './sensors/index.js';

/** One card's part of a reading. */
export interface CardReading {
  uuid: string;
  /** What was due, by fact without its prefix. */
  told: Record<string, Told>;
  demotions: Demotion[];
  /** `lost`: it is looked for again. `asleep`: a laptop's card that reading would wake. */
  state: 'up' | 'lost' | 'asleep';
  /** Why it is not up; empty otherwise. */
  why: string;
}

/** What a session runs on. */
export interface SessionOptions {
  library: NvmlLibrary;
  pace: Pace;
  /** Monotonic time in ms. */
  now?: () => number;
  /** Linux's word for a device's power state; empty where it has none. */
  powerState?: (busId: string) => string;
  budget?: ObserverBudget;
}

/** Everything a card can tell, as after it was found. */
export const EVERYTHING: Wanted = { tiers: SENSOR_TIERS, settings: true };

/** Pauses between two attempts to find a lost card, in ms: the first, and the longest, within the 5 s that are promised. */
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [500, 4_000];
/** An attempt that took long, as on a machine without persistence, is not repeated for so many times as long. */
const PAUSE_PER_ATTEMPT = 20;
/** After so many attempts that the library refused, a fresh process is the better one: the driver was replaced. */
const SPENT_AFTER = 3;
/** NVML's code for a card that is not ready; a card that sleeps is told under it. */
const NOT_READY = 27;

const ALL_FACTS: readonly string[] = SENSORS.flatMap(({ facts }) => facts);

interface Kept {
  found: FoundCard;
  reader: Reader | null;
  lostCode: number;
  hasPowerState: boolean;
}

/** Reads all cards of one library. Nothing of it waits but the driver itself. */
export class Session {
  readonly #options: SessionOptions;
  readonly #now: () => number;
  #driver = '';
  #kept: Kept[] = [];
  #pauseMs = FIRST_PAUSE_MS;
  #retryAtMs = 0;
  #refusals = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /**
   * Initialises the library and finds the cards; the driver's code where it refuses. Cards that are `known` from before and
   * are not there now are lost ones, and looked for.
   */
  open(known: readonly CardInventory[] = []): FoundCards | { code: number } {
    const { library } = this.#options;
    const code = library.call('nvmlInit_v2');
    if (code !== CODE.success) return { code };
    const found = findCards(library);
    if ('code' in found) {
      library.call('nvmlShutdown');
      return found;
    }
    this.#driver = found.driver;
    this.#kept = found.cards.map((card) => this.#keep(card, card.handle));
    const there = new Set(found.cards.map(({ inventory }) => inventory.uuid));
    for (const inventory of known) {
      if (there.has(inventory.uuid)) continue;
      const absent = { inventory, busId: '', handle: 0n };
      this.#kept.push({
        found: absent,
        reader: null,
        lostCode: CODE.notFound,
        hasPowerState: false,
      });
    }
    return found;
  }

  /** Whether a fresh process would do better than another attempt of this one. */
  get isSpent(): boolean {
    return this.#refusals >= SPENT_AFTER;
  }

  /** What is due of every card, in the order in which they were found. */
  read(wanted: Wanted): CardReading[] {
    const isLost = this.#kept.some(({ reader }) => reader === null);
    const isTried = isLost && this.#now() >= this.#retryAtMs;
    if (isTried) this.#findAgain();
    const readings = this.#kept.map((card) => this.#readCard(card, isTried ? EVERYTHING : wanted));
    if (this.#kept.every(({ reader }) => reader !== null)) this.#pauseMs = FIRST_PAUSE_MS;
    return readings;
  }

  close(): void {
    this.#options.library.call('nvmlShutdown');
    this.#kept = [];
  }

  #keep(found: FoundCard, handle: bigint): Kept {
    const { library, pace, budget = OBSERVER_BUDGET } = this.#options;
    const device = new Device(library, handle, this.#driver, this.#now);
    return {
      found,
      reader: new Reader(device, pace, budget),
      lostCode: CODE.success,
      hasPowerState: found.busId !== '',
    };
  }

  #readCard(card: Kept, wanted: Wanted): CardReading {
    const { uuid } = card.found.inventory;
    if (card.reader === null) return this.#lost(card);
    if (this.#isAsleep(card)) {
      const why = describeCode(NOT_READY, 'the card sleeps, and reading it would wake it');
      const told = missing(card.reader.unknown, NOT_READY, why);
      return { uuid, told, demotions: card.reader.demotions, state: 'asleep', why };
    }
    const { told, isDown } = card.reader.read(wanted);
    if (!isDown) return { uuid, told, demotions: card.reader.demotions, state: 'up', why: '' };
    const [code = CODE.unknown] = Object.values(told).flatMap((one) => (one[0] === null ? [one[1]] : []));
    this.#lose(card, code);
    this.#pause();
    return this.#lost(card);
  }

  #lost({ found, lostCode }: Kept): CardReading {
    const why = `${describeCode(lostCode)}; it is looked for again`;
    return {
      uuid: found.inventory.uuid,
      told: missing(ALL_FACTS, lostCode, why),
      demotions: [],
      state: 'lost',
      why,
    };
  }

  #lose(card: Kept, code: number): void {
    card.reader = null;
    card.lostCode = code;
  }

  #pause(tookMs = 0): void {
    this.#retryAtMs = this.#now() + Math.max(this.#pauseMs, PAUSE_PER_ATTEMPT * tookMs);
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
  }

  /** Handles end with the library's shutdown, so every card is found anew, also the ones that were not lost. */
  #findAgain(): void {
    const { library } = this.#options;
    const startMs = this.#now();
    library.call('nvmlShutdown');
    const code = library.call('nvmlInit_v2');
    this.#refusals = code === CODE.success ? 0 : this.#refusals + 1;
    for (const card of this.#kept) {
      const found = code === CODE.success ? handleOf(library, card.found.inventory.uuid) : { code };
      if ('code' in found) this.#lose(card, found.code);
      else Object.assign(card, this.#keep(card.found, found.handle));
    }
    this.#pause(this.#now() - startMs);
  }

  #isAsleep(card: Kept): boolean {
    const { powerState = runtimeStatus } = this.#options;
    if (!card.hasPowerState) return false;
    const state = powerState(card.found.busId);
    // What the system tells nothing of once it never does.
    card.hasPowerState = state !== '';
    return state === 'suspended';
  }
}

function missing(facts: readonly string[], code: number, why: string): Record<string, Told> {
  return Object.fromEntries(facts.map((fact) => [fact, [null, code, why]]));
}

/** Reading this file wakes no card; other systems than Linux have none. */
function runtimeStatus(busId: string): string {
  if (process.platform !== 'linux') return '';
  try {
    return readFileSync(`/sys/bus/pci/devices/${busId}/power/runtime_status`, 'utf8').trim();
  } catch {
    return '';
  }
}
