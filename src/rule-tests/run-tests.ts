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
import { complainer, parseTestFile, type TestFile } from './test-file.js';
import { factsToKeep, timelineOf } from './timeline.js';

const DEFAULT_PROFILE = 'generic-nvidia';

/** A test file with everything it runs with. */
interface Runnable {
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
    for (const test of one.cases) cases.push(await runCase(test, one, coverage));
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
function prepare(file: BookFile, input: RuleTestInput, problems: Problem[]): Runnable | null {
  const parsed = parseTestFile(file);
  if ('problems' in parsed) {
    problems.push(...parsed.problems);
    return null;
  }
  const own: Problem[] = [];
  const complain = complainer(parsed, own);
  const profile = profileOf(parsed, input, own);
  const listed: BookFile[] = [];
  for (const [i, entry] of parsed.raw.rules.entries()) {
    const found = findListed(entry, file, input.files);
    if ('message' in found) complain(['rules', i], 'unknown-file', found.message, found.expected);
    else listed.push(...found.files.filter((one) => !listed.includes(one)));
  }
  const built =
    own.length > 0 || profile === null ? null : buildBook(bookFiles(listed, input.files), profile);
  problems.push(...(built?.problems ?? []).filter(({ severity }) => severity === 'error'));
  const book = built?.book ?? null;
  if (profile === null) {
    problems.push(...own);
    return null;
  }
  const names: Names = { book, knobs: profileKnobs(profile), profile: profile.name, complain };
  if (parsed.raw.level !== undefined) checkLevel(parsed.raw.level, ['level'], names);
  checkStart(parsed.raw.start ?? {}, ['start'], names);
  const cases = parsed.raw.tests.map((_, i) => checkCase(parsed, i, profile, names));
  problems.push(...own);
  return own.length > 0 || book === null ? null : { file: parsed, book, profile, cases };
}

function profileOf(
  { raw, file, document }: TestFile,
  input: RuleTestInput,
  problems: Problem[],
): Profile | null {
  const name = raw.profile ?? DEFAULT_PROFILE;
  const names = input.profiles.map((one) => one.name);
  const complain = complainer({ raw, file, document }, problems);
  if (!checkName('profile', name, names, ['profile'], complain)) return null;
  const built = buildProfile(name, input.profiles);
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
