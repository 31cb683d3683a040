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

  /** The mean in ms; undefined until there were enough readings. */
  get ms(): number | undefined {
    return this.#readings < BELIEVED_AFTER ? undefined : this.#meanMs;
  }
}

/** One sensor as the budget sees it. */
export interface Spender {
  cost: Cost;
  /** How often it is read, in ms. */
  everyMs: number;
  /** How often it would be read when demoted, in ms; null where it already is as rare as can be. */
  demotedMs: number | null;
}

/**
 * The one sensor to read more rarely, or null while all is within the budget. One at a time: what that saves is seen at
 * the next reading.
 */
export function overspender<S extends Spender>(spenders: readonly S[], budget: ObserverBudget): S | null {
  const shareOf = ({ cost, everyMs }: S): number => (cost.ms ?? 0) / everyMs;
  const demotable = spenders.filter(({ demotedMs }) => demotedMs !== null);
  const dearest = demotable.reduce<S | null>(
    (most, one) => (most === null || shareOf(one) > shareOf(most) ? one : most),
    null,
  );
  if (dearest === null) return null;
  const all = spenders.reduce((sum, one) => sum + shareOf(one), 0);
  return shareOf(dearest) > budget.oneSensor || all > budget.allSensors ? dearest : null;
}
