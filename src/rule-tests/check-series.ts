/** The series of a test, and how long they make it last. */
import { lookUpFact } from '../facts/catalogue.js';
import type { Path } from '../rules/document.js';
import { checkFact, type Names } from './check-names.js';
import { MAX_TICKS, parseSeries, type Series } from './series.js';
import type { SoundTest } from './sound-parts.js';
import type { TestFile } from './test-file.js';
import { durationMs, timeText } from './times.js';

/** Series of the test over the defaults of the file. One with mistakes leaves the test's length unsure. */
export function readGiven(
  { raw }: TestFile,
  test: SoundTest,
  path: Path,
  names: Names,
): { given: Map<string, Series>; isSure: boolean } {
  const given = new Map<string, Series>();
  let isSure = true;
  const add = (fact: string, text: string | number | boolean, at: Path): void => {
    const { series, mistakes } = parseSeries(fact, text, lookUpFact(fact));
    given.set(fact, series);
    isSure &&= mistakes.length === 0;
    checkFact(fact, at, names, false);
    for (const { message, expected, offset } of mistakes)
      names.complain(at, 'bad-series', message, expected, typeof text === 'string' ? { offset } : {});
  };
  for (const [fact, text] of Object.entries(raw.defaults ?? {})) add(fact, text, ['defaults', fact]);
  for (const [fact, text] of Object.entries(test.given ?? {})) add(fact, text, [...path, 'given', fact]);
  return { given, isSure };
}

/** How many ticks a test lasts: as long as the longest series, else to the last moment that is named. */
export function lengthOf(test: SoundTest, given: ReadonlyMap<string, Series>, intervalMs: number): number {
  const longest = Math.max(
    0,
    ...[...given.values()].map(({ samples, holds }) => (holds ? 0 : samples.length)),
  );
  if (longest > 0) return longest;
  const moments = [
    ...test.expect.flatMap((one) => (one === null || one.at === 'always' ? [] : one.at.split('..'))),
    ...(test.inputs ?? []).flatMap((one) => one?.at ?? []),
    ...Object.keys(test.applied ?? {}),
  ];
  const lastMs = Math.max(0, ...moments.map(durationMs));
  return Math.min(MAX_TICKS, Math.floor(lastMs / intervalMs + 1e-9)) + 1;
}

/** Tells every series that ends before its test does. */
export function checkLengths(
  test: SoundTest,
  given: ReadonlyMap<string, Series>,
  ticks: number,
  path: Path,
  intervalMs: number,
  { complain }: Names,
): void {
  for (const [fact, { samples, holds }] of given) {
    if (holds || samples.length === ticks || samples.length === 0) continue;
    const at: Path = test.given?.[fact] === undefined ? ['defaults', fact] : [...path, 'given', fact];
    const message = `the series of "${fact}" has ${samples.length} samples, the test "${test.name}" lasts ${ticks} (to ${timeText((ticks - 1) * intervalMs)})`;
    complain(
      at,
      'short-series',
      message,
      `${ticks} samples; _x${ticks - samples.length} adds ticks without a reading`,
    );
  }
}
