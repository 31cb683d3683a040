/** Runs rule tests: texts in, verdicts out. No file, clock or socket of its own. */
import { profileKnobs } from '../agent/profile-offer.js';
import { buildBook } from '../rules/book.js';
import { buildProfile } from '../rules/profile.js';
import type { Profile } from '../shapes/profile.js';
import type { Book, BookFile, Problem } from '../shapes/rule.js';
import { checkCase } from './check-case.js';
import { checkStart } from './check-inputs.js';
import { checkLevel, checkName, type Names } from './check-names.js';
import { compare, unaskedFailures } from './compare.js';
import { CoverageBook } from './coverage.js';
import { bookFiles, findListed } from './listed-files.js';
import { playCase } from './play.js';
import type { CaseResult, RuleTestInput, RuleTestResults } from './results.js';
import type { TestCase } from './test-case.js';
import { type Complain, complainer, parseTestFile, type TestFile } from './test-file.js';
import { factsToKeep, timelineOf } from './timeline.js';

const DEFAULT_PROFILE = 'generic-nvidia';

/** A test file with everything it runs with. */
export interface Runnable {
  file: TestFile;
  book: Book;
  profile: Profile;
  cases: TestCase[];
}

/**
 * Runs every test of `input.tests`. Files with mistakes, of their own or in the rules they list, are told in
 * `problems` and not run; the others are.
 */
export async function runRuleTests(input: RuleTestInput): Promise<RuleTestResults> {
  const problems: Problem[] = [];
  const runnable = input.tests.flatMap((file) => prepare(file, input, problems) ?? []);
  const coverage = new CoverageBook();
  const cases: CaseResult[] = [];
  for (const one of runnable) {
    coverage.addBook(one.book);
    for (const test of one.cases) {
      cases.push(await runCase(test, one, coverage));
      // A suite may be long: whoever else needs this thread gets a turn between its tests.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const passed = cases.filter(({ ok }) => ok).length;
  return {
    ok: problems.length === 0 && passed === cases.length,
    passed,
    failed: cases.length - passed,
    problems: distinct(problems),
    cases,
    coverage: coverage.report(input),
  };
}

async function runCase(
  test: TestCase,
  { file, book, profile }: Runnable,
  coverage: CoverageBook,
): Promise<CaseResult> {
  const ticks = await playCase(test, book, profile, factsToKeep(test), (tick, facts, before) =>
    coverage.watch(tick, facts, before),
  );
  const failed = compare(test, ticks);
  const failures = [...failed.map(({ failure }) => failure), ...unaskedFailures(test, ticks)];
  return {
    file: file.file.path,
    name: test.name,
    line: test.place.line,
    ok: failures.length === 0,
    failures,
    timeline: timelineOf(test, book, ticks, failed),
  };
}

/** A file ready to be run; null, with its mistakes told, where it is not. */
export function prepare(file: BookFile, input: RuleTestInput, problems: Problem[]): Runnable | null {
  const { parsed, problems: own } = parseTestFile(file);
  if (parsed === null) {
    problems.push(...own);
    return null;
  }
  const complain = complainer(parsed, own);
  const profile = profileOf(parsed, input, complain, problems);
  const book = bookOf(parsed, input, profile, complain, problems);
  const name = profile?.name ?? '';
  const names: Names = {
    book,
    knobs: profile === null ? null : profileKnobs(profile),
    profile: name,
    complain,
  };
  const { level, start = {}, tests } = parsed.raw;
  if (level !== undefined) checkLevel(level, ['level'], names);
  checkStart(start, ['start'], names);
  const cases = tests.flatMap((test, i) => (test === null ? [] : checkCase(parsed, test, i, profile, names)));
  problems.push(...own);
  return own.length > 0 || book === null || profile === null ? null : { file: parsed, book, profile, cases };
}

/** The book a file lists; null, with its mistakes told, where there is none. */
function bookOf(
  { raw, file }: TestFile,
  { files }: RuleTestInput,
  profile: Profile | null,
  complain: Complain,
  problems: Problem[],
): Book | null {
  const listed: BookFile[] = [];
  let areAll = raw.rules.length > 0;
  for (const [i, entry] of raw.rules.entries()) {
    const found = findListed(entry, file, files);
    if ('message' in found) {
      complain(['rules', i], 'unknown-file', found.message, found.expected);
      areAll = false;
    } else listed.push(...found.files.filter((one) => !listed.includes(one)));
  }
  if (profile === null || !areAll) return null;
  const built = buildBook(bookFiles(listed, files), profile);
  problems.push(...built.problems.filter(({ severity }) => severity === 'error'));
  return built.book;
}

function profileOf(
  { raw }: TestFile,
  { profiles }: RuleTestInput,
  complain: Complain,
  problems: Problem[],
): Profile | null {
  const name = raw.profile ?? DEFAULT_PROFILE;
  const names = profiles.map((one) => one.name);
  if (!checkName('profile', name, names, ['profile'], complain)) return null;
  const built = buildProfile(name, profiles);
  problems.push(...built.problems);
  return built.profile;
}

/** Each mistake once, in the order of files and lines. */
function distinct(problems: readonly Problem[]): Problem[] {
  const byText = new Map(
    problems.map((one) => [JSON.stringify([one.path, one.line, one.column, one.message]), one]),
  );
  return [...byText.values()].sort(
    (a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0) || a.line - b.line || a.column - b.column,
  );
}
