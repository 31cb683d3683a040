/** What watching may cost, and which sensors are read more rarely because of it. */

/**
 * A driver call holds a lock that the bot's own work waits at: at a fast tick of 1 s, 1 ms of it is what one sensor may
 * take. Calls that took 4.5 ms every 25 ms were seen to break the frame pacing of a game (MangoHud#2104).
 */
const ONE_SENSOR_SHARE = 0.001;
/** … and all sensors of a card together. */
const ALL_SENSORS_SHARE = 0.01;
/** Weight of the newest cost in the mean. */
const NEWEST_WEIGHT = 0.2;
/** What would cost no more than this share of its budget is cheap: with less room it would go back and forth. */
const CHEAP_SHARE = 0.5;
/** Cheap readings before a demoted sensor is read more often again: half a minute of a slow one. */
const CHEAP_READINGS = 5;
/** Each time a sensor was demoted it takes twice as many, up to this many times as many. */
const MOST_PATIENCE = 16;
/** Readings before a cost is believed: the first ones look functions up. */
const BELIEVED_AFTER = 5;
/** Of so many readings in a row the cheapest counts: a process that was interrupted meanwhile is not dear. */
const IN_A_ROW = 3;

/** Shares of the time that sensors of one card may take. */
export interface ObserverBudget {
  oneSensor: number;
  allSensors: number;
}

/** 0.1 % for one sensor, 1 % for all. */
export const OBSERVER_BUDGET: ObserverBudget = {
  oneSensor: ONE_SENSOR_SHARE,
  allSensors: ALL_SENSORS_SHARE,
};

/** Mean cost of one sensor's reading in ms, of the newest ones most. */
export class Cost {
  #meanMs: number | undefined;
  readonly #lastMs: number[] = [];
  #readings = 0;

  /** Takes what a reading took, in ms. */
  note(tookMs: number): void {
    this.#readings++;
    this.#lastMs.push(tookMs);
    if (this.#lastMs.length > IN_A_ROW) this.#lastMs.shift();
    if (this.#lastMs.length < IN_A_ROW) return;
    const counted = Math.min(...this.#lastMs);
    this.#meanMs =
      this.#meanMs === undefined ? counted : this.#meanMs + NEWEST_WEIGHT * (counted - this.#meanMs);
  }

  /** The mean in ms, or the newest readings' cost where that is lower: a stall that is over is none. Undefined at first. */
  get ms(): number | undefined {
    if (this.#readings < BELIEVED_AFTER || this.#meanMs === undefined) return undefined;
    return Math.min(this.#meanMs, this.newestMs);
  }

  /** What the newest readings took in ms, the cheapest of three; infinite before there was one. */
  get newestMs(): number {
    return Math.min(...this.#lastMs);
  }
}

/** One sensor as the budget sees it. */
export interface Spender {
  cost: Cost;
  /** How often it is read, in ms. */
  everyMs: number;
  /** How often it would be read when demoted, in ms; null where it already is as rare as can be. */
  demotedMs: number | null;
  /** How often it would be read when the last demotion is taken back, in ms; null where it was not demoted. */
  promotedMs: number | null;
  /** How often it was demoted so far. */
  demotions: number;
  /** Readings in a row that were cheap for `promotedMs`, since the last demotion. */
  cheapReadings: number;
}

const shareOf = ({ cost, everyMs }: Spender): number => (cost.ms ?? 0) / everyMs;
const shareOfAll = (spenders: readonly Spender[]): number =>
  spenders.reduce((sum, one) => sum + shareOf(one), 0);

/**
 * The one sensor to read more rarely, or null while all is within the budget. One at a time: what that saves is seen at
 * the next reading.
 */
export function overspender<S extends Spender>(spenders: readonly S[], budget: ObserverBudget): S | null {
  const demotable = spenders.filter(({ demotedMs }) => demotedMs !== null);
  const dearest = demotable.reduce<S | null>(
    (most, one) => (most === null || shareOf(one) > shareOf(most) ? one : most),
    null,
  );
  if (dearest === null) return null;
  return shareOf(dearest) > budget.oneSensor || shareOfAll(spenders) > budget.allSensors ? dearest : null;
}

/** Counts a reading that was cheap for how often the sensor would be read again; a dear one begins anew. */
export function noteCheap(spender: Spender, budget: ObserverBudget): void {
  const { cost, promotedMs } = spender;
  const isCheap = promotedMs !== null && cost.newestMs / promotedMs <= CHEAP_SHARE * budget.oneSensor;
  spender.cheapReadings = isCheap ? spender.cheapReadings + 1 : 0;
}

/** The one sensor to read more often again, or null: it was cheap for long enough, and there is room for it. */
export function recovered<S extends Spender>(spenders: readonly S[], budget: ObserverBudget): S | null {
  const all = shareOfAll(spenders);
  const isRecovered = (one: S): boolean => {
    const { promotedMs, cost, demotions, cheapReadings } = one;
    if (promotedMs === null) return false;
    const patience = Math.min(2 ** (demotions - 1), MOST_PATIENCE);
    if (cheapReadings < CHEAP_READINGS * patience) return false;
    return all + cost.newestMs / promotedMs <= CHEAP_SHARE * budget.allSensors;
  };
  return spenders.find(isRecovered) ?? null;
}
