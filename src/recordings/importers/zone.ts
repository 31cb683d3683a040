/** From the local time that a log writes to universal time, by the zone that the person names. */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Offsets change at most at quarters of an hour. */
const CACHE_MS = 15 * 60_000;

/** Where a clock stood. */
export interface Zone {
  /**
   * The universal time of a local one, both in ms since 1970. An hour that a clock went through twice is the first
   * one unless that would be before `notBeforeMs`.
   */
  toUtc(localMs: number, notBeforeMs: number): number;
}

/** Reads `+08:00`, `Z` or an IANA name such as `Europe/Berlin`; null for anything else. */
export function readZone(text: string): Zone | null {
  const offset = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(text);
  if (offset !== null) {
    const [, sign, hours = '0', minutes = '0'] = offset;
    const ms = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
    return Math.abs(ms) > 14 * HOUR_MS || Number(minutes) > 59 ? null : fixed(ms);
  }
  if (/^(?:Z|UTC)$/i.test(text)) return fixed(0);
  try {
    return named(
      new Intl.DateTimeFormat('en-US', {
        timeZone: text,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      }),
    );
  } catch {
    return null;
  }
}

function fixed(offsetMs: number): Zone {
  return { toUtc: (localMs) => localMs - offsetMs };
}

function named(format: Intl.DateTimeFormat): Zone {
  const cache = new Map<number, number>();
  const offsetAt = (utcMs: number): number => {
    const key = Math.floor(utcMs / CACHE_MS);
    let offset = cache.get(key);
    if (offset === undefined) {
      if (cache.size > 10_000) cache.clear();
      offset = offsetOf(format, key * CACHE_MS);
      cache.set(key, offset);
    }
    return offset;
  };
  return {
    toUtc(localMs, notBeforeMs) {
      const before = localMs - offsetAt(localMs - DAY_MS);
      const after = localMs - offsetAt(localMs + DAY_MS);
      const [earlier, later] = before <= after ? [before, after] : [after, before];
      const isReal = (utcMs: number): boolean => utcMs + offsetAt(utcMs) === localMs;
      if (isReal(earlier) && (earlier >= notBeforeMs || !isReal(later))) return earlier;
      // An hour that the clock left out is counted on from before it.
      return isReal(later) ? later : before;
    },
  };
}

function offsetOf(format: Intl.DateTimeFormat, utcMs: number): number {
  const parts = Object.fromEntries(
    format.formatToParts(utcMs).map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - utcMs;
}
