/** Reads the times of one log: zones, a day's end, and which of two orders its dates are written in. */
import { type DateOrder, readClock, readStamp } from './timestamps.js';
import type { Zone } from './zone.js';

const DAY_MS = 86_400_000;

/** One log's clock; it remembers the time before. */
export class Clock {
  readonly #zone: Zone | null;
  #order: DateOrder = 'monthFirst';
  #lastMs = Number.NEGATIVE_INFINITY;
  #days = 0;
  #lastOfDay = 0;
  /** Whether the times so far are universal: the log or the person says the zone. Null before the first. */
  isZoned: boolean | null = null;
  /** Whether a time was read by the zone that the person named. */
  usedZone = false;

  constructor(zone: Zone | null) {
    this.#zone = zone;
  }

  /** How the tool writes a date that can be read in two ways. */
  useOrder(order: DateOrder): void {
    this.#order = order;
  }

  /** A date with its time in ms since 1970, by the named zone where the log tells none; null when it is no time. */
  read(text: string): number | null {
    const stamp = readStamp(text.trim(), this.#order);
    if (stamp === null) return null;
    const isKnown = stamp.isZoned || this.#zone !== null;
    this.isZoned = (this.isZoned ?? true) && isKnown;
    this.usedZone ||= !stamp.isZoned && this.#zone !== null;
    const ms = stamp.isZoned || this.#zone === null ? stamp.ms : this.#zone.toUtc(stamp.ms, this.#lastMs);
    this.#lastMs = ms;
    return ms;
  }

  /** A time of day alone, in ms since the first day's midnight; a day ends where it falls by more than half of one. */
  readOfDay(text: string): number | null {
    const ms = readClock(text.trim());
    if (ms === null) return null;
    if (this.#lastOfDay - ms > DAY_MS / 2) this.#days++;
    this.#lastOfDay = ms;
    return this.#days * DAY_MS + ms;
  }
}
