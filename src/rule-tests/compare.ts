/** Expectations against what was played. */
import type { FactValue } from '../shapes/reading.js';
import type { Place } from '../shapes/rule.js';
import { observe, phraseOf, titleOf } from './observe.js';
import type { PlayedTick } from './play.js';
import { type TestFailure, valueText } from './results.js';
import type { Check, TestCase } from './test-case.js';
import { timeText } from './times.js';

/** A check that did not hold, with the first tick at which it did not. */
export interface Failed {
  check: Check;
  failure: TestFailure;
}

/** Every check of a test that does not hold at some tick of its own, in the order of the file. */
export function compare(test: TestCase, ticks: readonly PlayedTick[]): Failed[] {
  const failed: Failed[] = [];
  for (const check of test.checks) {
    const tick = ticks.slice(check.from, check.to + 1).find((one) => !holds(check, one));
    if (tick !== undefined) failed.push({ check, failure: failureOf(check, tick) });
  }
  return failed;
}

/** Whether a check holds after a tick. */
export function holds({ subject, matcher }: Check, tick: PlayedTick): boolean {
  const values = observe(subject, tick);
  // That something is not so holds of several values when it holds of each.
  return matcher.isNegative
    ? values.every((value) => matcher.matches(value))
    : values.some((value) => matcher.matches(value));
}

/** The value of a subject in words. */
export function actualText(values: readonly (FactValue | null)[]): string {
  return values.map(valueText).join(', ');
}

function failureOf({ subject, matcher, place }: Check, tick: PlayedTick): TestFailure {
  const values = observe(subject, tick);
  const [only] = values;
  const actual = values.length === 1 && only === null ? nothing(subject.kind) : actualText(values);
  const at = timeText(tick.atMs);
  const message = `at ${at} expected ${phraseOf(subject)} to be ${matcher.text}, got ${actual}`;
  return {
    ...placeOf(place),
    atMs: tick.atMs,
    subject: titleOf(subject),
    expected: matcher.text,
    actual,
    message,
  };
}

function nothing(kind: Check['subject']['kind']): string {
  if (kind === 'fact') return 'unknown';
  return kind === 'waits' ? 'nothing that waits' : 'nothing';
}

function placeOf({ path, line, column }: Place): Place {
  return { path, line, column };
}

/** Answers of the test that had no change to answer. */
export function unaskedFailures(test: TestCase, ticks: readonly PlayedTick[]): TestFailure[] {
  return ticks.flatMap(({ atMs, unasked }) =>
    unasked.map((knob) => ({
      ...placeOf(test.place),
      atMs,
      subject: knob,
      expected: 'a change under way',
      actual: 'none',
      message: `at ${timeText(atMs)} an answer for ${knob} arrives, but no change of ${knob} was under way`,
    })),
  );
}
