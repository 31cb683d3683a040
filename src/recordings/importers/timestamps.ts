/** Every way in which logs write a time, read to ms since 1970. */

/** A time as it was written. */
export interface Stamp {
  /** Ms since 1970: universal where `isZoned`, else as the clock on the wall showed it. */
  ms: number;
  isZoned: boolean;
}

/** In `03-11-2026`, which comes first; a number above 12 decides for itself. */
export type DateOrder = 'dayFirst' | 'monthFirst';

const TIME = String.raw`(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,9}))?)?\s*([AP]M)?`;
const ZONE = String.raw`\s*(Z|[+-]\d{2}:?\d{2})?`;
const YEAR_FIRST = new RegExp(String.raw`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:T|\s+)${TIME}${ZONE}$`, 'i');
const YEAR_LAST = new RegExp(String.raw`^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:T|\s+)${TIME}${ZONE}$`, 'i');
const COMPACT = new RegExp(String.raw`^(\d{4})(\d{2})(\d{2})\s+${TIME}()$`, 'i');
/** As C's `ctime` writes it. */
const CTIME = new RegExp(String.raw`^[A-Z][a-z]{2}\s+([A-Z][a-z]{2})\s+(\d{1,2})\s+${TIME}\s+(\d{4})$`);
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** From 1973 in seconds to 2286 in nanoseconds, told apart by their size. */
const EPOCH = /^\d{9,19}(?:\.\d+)?$/;
const CLOCK_ONLY = new RegExp(`^${TIME}$`, 'i');

/** Reads a date with its time, or a count since 1970 in s, ms, µs or ns; null for anything else. */
export function readStamp(text: string, order: DateOrder = 'monthFirst'): Stamp | null {
  const yearFirst = YEAR_FIRST.exec(text) ?? COMPACT.exec(text);
  if (yearFirst !== null) {
    const [, year, month, day, ...time] = yearFirst;
    return stampOf(year, month, day, time);
  }
  const yearLast = YEAR_LAST.exec(text);
  if (yearLast !== null) {
    const [, first = '', separator, second = '', year, ...time] = yearLast;
    const isDayFirst =
      Number(first) > 12 || (Number(second) <= 12 && (order === 'dayFirst' || separator === '.'));
    return isDayFirst ? stampOf(year, second, first, time) : stampOf(year, first, second, time);
  }
  const ctime = CTIME.exec(text);
  if (ctime !== null) {
    const [, month = '', day, hour, minute, second, fraction, half, year] = ctime;
    return stampOf(year, String(MONTHS.indexOf(month) + 1), day, [hour, minute, second, fraction, half]);
  }
  return EPOCH.test(text) ? { ms: epochMs(Number(text)), isZoned: true } : null;
}

/** Reads a time of day without a date to ms since midnight; null for anything else. */
export function readClock(text: string): number | null {
  const match = CLOCK_ONLY.exec(text);
  return match === null ? null : timeOfDay(match.slice(1));
}

function stampOf(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  time: readonly (string | undefined)[],
): Stamp | null {
  const ofDay = timeOfDay(time);
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  if (ofDay === null || m < 1 || m > 12 || d < 1 || d > daysOf(y, m)) return null;
  const midnight = Date.UTC(y, m - 1, d);
  const offsetMs = zoneMs(time[5]);
  return { ms: midnight + ofDay - (offsetMs ?? 0), isZoned: offsetMs !== null };
}

function daysOf(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
}

function timeOfDay([hour, minute, second = '0', fraction = '', half]: readonly (string | undefined)[]):
  | number
  | null {
  let hours = Number(hour);
  if (half !== undefined) hours = (hours % 12) + (/p/i.test(half) ? 12 : 0);
  const [minutes, seconds] = [Number(minute), Number(second)];
  // A leap second is 60.
  if (hours > 23 || minutes > 59 || seconds > 60) return null;
  const fractionMs = fraction === '' ? 0 : Number(`0.${fraction}`) * 1000;
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + fractionMs;
}

function zoneMs(zone: string | undefined): number | null {
  if (zone === undefined || zone === '') return null;
  if (/z/i.test(zone)) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return minutes * 60_000 * (zone.startsWith('-') ? -1 : 1);
}

function epochMs(count: number): number {
  if (count >= 1e17) return count / 1e6;
  if (count >= 1e14) return count / 1e3;
  return count >= 1e11 ? count : count * 1000;
}
