/** The expected and the actual timeline of a failed test, side by side: the ticks around what failed. */
import { factsOf } from '../rules/conditions.js';
import type { Book } from '../shapes/rule.js';
import { actualText, type Failed, holds } from './compare.js';
import { observe, titleOf } from './observe.js';
import type { PlayedTick } from './play.js';
import { type Timeline, type TimelineCell, valueText } from './results.js';
import type { Check, Subject, TestCase } from './test-case.js';

/** Ticks shown before and after one that failed. */
const AROUND = 3;
/** Columns of facts that went in; more would push what failed off the screen. */
const MAX_GIVEN = 4;
/** Columns of what was looked at. */
const MAX_SUBJECTS = 6;

/** Facts that a test's timeline may show: given ones, and those its expectations name. */
export function factsToKeep(test: TestCase): Set<string> {
  const named = test.checks.flatMap(({ subject }) => (subject.kind === 'fact' ? [subject.name] : []));
  return new Set([...test.given.keys(), ...named]);
}

/** The timeline of the subjects that failed; null where none did. */
export function timelineOf(
  test: TestCase,
  book: Book,
  ticks: readonly PlayedTick[],
  failed: readonly Failed[],
): Timeline | null {
  if (failed.length === 0) return null;
  const subjects = subjectsOf(failed);
  const given = givenOf(test, book, subjects);
  const failedTicks = new Set(failed.map(({ failure }) => Math.round(failure.atMs / test.intervalMs)));
  const rows = ticks.filter((_, i) => [...failedTicks].some((tick) => Math.abs(tick - i) <= AROUND));
  return {
    columns: [
      ...given.map((title) => ({ title, isGiven: true })),
      ...subjects.map((subject) => ({ title: titleOf(subject), isGiven: false })),
    ],
    rows: rows.map((tick) => ({
      atMs: tick.atMs,
      cells: [
        ...given.map(
          (fact): TimelineCell => ({
            actual: valueText(tick.facts.get(fact) ?? null),
            expected: null,
            ok: true,
          }),
        ),
        ...subjects.map((subject) => cellOf(subject, tick, test)),
      ],
    })),
  };
}

function subjectsOf(failed: readonly Failed[]): Subject[] {
  const subjects = new Map<string, Subject>();
  for (const { check } of failed) subjects.set(titleOf(check.subject), check.subject);
  return [...subjects.values()].slice(0, MAX_SUBJECTS);
}

/** The given facts that the rules behind the subjects read; all of them where no rule is behind. */
function givenOf(test: TestCase, book: Book, subjects: readonly Subject[]): string[] {
  const names = new Set(subjects.map(({ name }) => name));
  const rules = book.rules.filter(
    ({ id, actions }) =>
      names.has(id) || actions.some((action) => 'knob' in action && names.has(action.knob)),
  );
  const read = new Set(
    rules.flatMap(({ when, until }) => [...factsOf(when), ...(until === null ? [] : factsOf(until))]),
  );
  const given = [...test.given.keys()].filter((fact) => !names.has(fact));
  const behind = given.filter((fact) => read.has(fact));
  const isHeld = (fact: string): number => Number(test.given.get(fact)?.holds === true);
  // What moves tells more than what stays.
  const shown = (behind.length > 0 ? behind : given).sort((a, b) => isHeld(a) - isHeld(b));
  return shown.slice(0, MAX_GIVEN);
}

function cellOf(subject: Subject, tick: PlayedTick, test: TestCase): TimelineCell {
  const at = Math.round(tick.atMs / test.intervalMs);
  const isOf = (check: Check): boolean =>
    titleOf(check.subject) === titleOf(subject) && check.from <= at && at <= check.to;
  const checks = test.checks.filter(isOf);
  return {
    actual: actualText(observe(subject, tick)),
    expected: checks.length === 0 ? null : checks.map(({ matcher }) => matcher.text).join(', '),
    ok: checks.every((check) => holds(check, tick)),
  };
}
