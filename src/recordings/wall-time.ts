/** Which clock a log's times are of, and how such a time is written so that it claims no more than is known. */

/**
 * `universal`; `local`, of a clock in a zone that nobody said; `own`, a count that the log itself began, so no date.
 */
export type WallClock = 'universal' | 'local' | 'own';

/** What a date can hold, in ms since 1970 either way (ECMA-262, 21.4.1.1). */
const MAX_DATE_MS = 8.64e15;

/** The clock of times of which is known whether they tell their zone; null where they are no dates. */
export function wallClock(isZoned: boolean | null): WallClock {
  if (isZoned === null) return 'own';
  return isZoned ? 'universal' : 'local';
}

/** A moment in ms as ISO 8601: with `Z`, as local time without a zone, or null where there is no date. */
export function wallText(ms: number, clock: WallClock): string | null {
  if (clock === 'own' || Math.abs(ms) > MAX_DATE_MS) return null;
  const text = new Date(ms).toISOString();
  return clock === 'universal' ? text : text.slice(0, -1);
}
