/** One test of a file, checked against the book and the profile it runs with. */
import { lookUpFact } from '../facts/catalogue.js';
import type { Path } from '../rules/document.js';
import type { Test } from '../shapes/generated/rule-test.js';
import type { Profile } from '../shapes/profile.js';
import type { TickEvent } from '../shapes/sample.js';
import { readExpectation } from './check-expectations.js';
import { checkStart, readAnswers, readInput } from './check-inputs.js';
import { checkFact, checkLevel, type Names } from './check-names.js';
import { MAX_TICKS, parseSeries, type Series } from './series.js';
import type { Check, TestCase } from './test-case.js';
import type { TestFile } from './test-file.js';
import { durationMs, timeText } from './times.js';

const DEFAULT_INTERVAL = '1s';
const DEFAULT_LEVEL = 'balanced';

/** Checks the test `index` of a file. Everything wrong with it is told to `names.complain`; it is not to be run then. */
export function checkCase(file: TestFile, index: number, profile: Profile, names: Names): TestCase {
  const { raw, document } = file;
  const path: Path = ['tests', index];
  const test = raw.tests[index] as Test;
  const intervalMs = durationMs(raw.interval ?? DEFAULT_INTERVAL);
  const given = readGiven(file, test, path, names);
  const ticks = lengthOf(test, given, intervalMs);
  checkLengths(test, given, ticks, path, intervalMs, names);
  const tickOf = (text: string, at: Path, ofKey = false): number | null =>
    findTick(text, at, ofKey, intervalMs, ticks, names);
  if (test.level !== undefined) checkLevel(test.level, [...path, 'level'], names);
  checkStart(test.start ?? {}, [...path, 'start'], names);
  const inputs = new Map<number, TickEvent[]>();
  for (const [i, input] of (test.inputs ?? []).entries()) {
    const tick = tickOf(input.at, [...path, 'inputs', i, 'at']);
    const event = readInput(input, [...path, 'inputs', i], profile, names);
    if (tick !== null && event !== null) inputs.set(tick, [...(inputs.get(tick) ?? []), event]);
  }
  const checks: Check[] = test.expect.flatMap((expectation, i) => {
    const at: Path = [...path, 'expect', i];
    const span = spanOf(expectation.at, ticks, (text) => tickOf(text, [...at, 'at']));
    if (span !== null && span.from > span.to) {
      names.complain(
        [...at, 'at'],
        'bad-time',
        `the span ${expectation.at} ends before it begins`,
        'the earlier time first',
      );
    }
    return readExpectation(expectation, at, span ?? { from: 0, to: 0 }, names, document.locate);
  });
  return {
    name: test.name,
    place: document.locate([...path, 'name']),
    intervalMs,
    ticks,
    given,
    level: test.level ?? raw.level ?? DEFAULT_LEVEL,
    mode: test.mode ?? raw.mode ?? 'enforce',
    start: { ...raw.start, ...test.start },
    ledger: test.ledger ?? raw.ledger ?? false,
    answers: readAnswers(test.applied ?? {}, [...path, 'applied'], tickOf, names),
    inputs,
    checks,
  };
}

/** Series of the test over the defaults of the file. */
function readGiven({ raw }: TestFile, test: Test, path: Path, names: Names): Map<string, Series> {
  const given = new Map<string, Series>();
  const add = (fact: string, text: string | number | boolean, at: Path, isFirst: boolean): void => {
    const { series, mistakes } = parseSeries(fact, text, lookUpFact(fact));
    given.set(fact, series);
    // What the file's defaults have wrong is told once, not by every test.
    if (!isFirst) return;
    checkFact(fact, at, names, false);
    for (const { message, expected, offset } of mistakes)
      names.complain(at, 'bad-series', message, expected, typeof text === 'string' ? { offset } : {});
  };
  for (const [fact, text] of Object.entries(raw.defaults ?? {}))
    add(fact, text, ['defaults', fact], path[1] === 0);
  for (const [fact, text] of Object.entries(test.given ?? {}))
    add(fact, text, [...path, 'given', fact], true);
  return given;
}

/** As long as the longest series, else to the last moment that is named. */
function lengthOf(test: Test, given: ReadonlyMap<string, Series>, intervalMs: number): number {
  const longest = Math.max(
    0,
    ...[...given.values()].map(({ samples, holds }) => (holds ? 0 : samples.length)),
  );
  if (longest > 0) return longest;
  const moments = [
    ...test.expect.flatMap(({ at }) => (at === 'always' ? [] : at.split('..'))),
    ...(test.inputs ?? []).map(({ at }) => at),
    ...Object.keys(test.applied ?? {}),
  ];
  const lastMs = Math.max(0, ...moments.map(durationMs));
  return Math.min(MAX_TICKS, Math.floor(lastMs / intervalMs + 1e-9)) + 1;
}

function checkLengths(
  test: Test,
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

/** The tick at a time, or null where there is none. */
function findTick(
  text: string,
  path: Path,
  ofKey: boolean,
  intervalMs: number,
  ticks: number,
  { complain }: Names,
): number | null {
  const exact = durationMs(text) / intervalMs;
  const tick = Math.round(exact);
  const lastMs = (ticks - 1) * intervalMs;
  if (Math.abs(exact - tick) > 1e-6) {
    const [before, after] = [Math.floor(exact), Math.ceil(exact)].map((at) => timeText(at * intervalMs));
    complain(
      path,
      'bad-time',
      `no tick is at ${text}, they are ${timeText(intervalMs)} apart`,
      `${before} or ${after}`,
      { ofKey },
    );
    return null;
  }
  if (tick < ticks) return tick;
  const message = `${text} is beyond the test, its last tick is at ${timeText(lastMs)}`;
  complain(path, 'bad-time', message, 'an earlier time, or a longer series', { ofKey });
  return null;
}

function spanOf(
  at: string,
  ticks: number,
  tickOf: (text: string) => number | null,
): { from: number; to: number } | null {
  if (at === 'always') return { from: 0, to: ticks - 1 };
  const [first = '', last = first] = at.split('..');
  const from = tickOf(first);
  const to = last === first ? from : tickOf(last);
  return from === null || to === null ? null : { from, to };
}
