/** From the texts of a book's folders to a book that may go live. */
import { createHash } from 'node:crypto';
import { EvenkeelError } from '../errors.js';
import { runRuleTests } from '../rule-tests/index.js';
import type { BookResult } from '../rules/book.js';
import { checkBook } from '../rules/check-book.js';
import { type FolderContent, readProfiles } from '../rules/folders.js';
import { describeProblems } from '../rules/problems.js';
import type { Profile } from '../shapes/profile.js';
import type { BookFile, Problem } from '../shapes/rule.js';

/** Whether a content may go live: its rules right and their tests passed. */
export type Judge = (content: FolderContent) => Promise<BookResult>;

/** Tests that are known to pass; a person's saves in one sitting come to fewer. */
const KNOWN = 1_000;

/**
 * Builds and checks; with `withTests` the rule tests that were read with the rules must pass too. The shipped tests of
 * `start` are taken to pass: this project does not ship others, and they take seconds. `run` runs the tests that are due.
 */
export function openJudge(
  profile: Profile,
  withTests: boolean,
  start: FolderContent | null,
  run: typeof runRuleTests = runRuleTests,
): Judge {
  const shipped = start?.tests.filter(({ folder }) => folder === 0) ?? [];
  const passing = new Set(shipped.map((test) => keyOf(test, start?.files ?? [])));
  return async (content) => {
    const result = checkBook(content.files, profile);
    // Rules with mistakes would fail every test once more.
    if (!withTests || result.book === null || content.problems.length > 0) return result;
    const failed = await findFailures(content, passing, run);
    return failed.length === 0 ? result : { book: null, problems: [...result.problems, ...failed] };
  };
}

/**
 * Runs the rule tests of people's own folders once, before the first book goes live.
 * @throws EvenkeelError `badBook` with every expectation that does not hold.
 */
export async function checkRuleTests(content: FolderContent): Promise<void> {
  const tests = content.tests.filter(({ folder }) => folder > 0);
  const failed = await findFailures({ ...content, tests }, new Set(), runRuleTests);
  if (failed.length > 0)
    throw new EvenkeelError('badBook', describeProblems(failed), { details: { problems: failed } });
}

/** What the tests found wrong. A test file is run again only when it, or a rule file that it may list, has changed. */
async function findFailures(
  { tests, files }: FolderContent,
  passing: Set<string>,
  run: typeof runRuleTests,
): Promise<Problem[]> {
  const due = tests.map((test) => ({ test, key: keyOf(test, files) })).filter(({ key }) => !passing.has(key));
  if (due.length === 0) return [];
  const { cases, problems } = await run({
    tests: due.map(({ test }) => test),
    files,
    profiles: readProfiles(),
  });
  const errors = problems.filter(({ severity }) => severity === 'error');
  const failures = cases.flatMap(({ name, failures: of }) =>
    of.map(({ path, line, column, message }): Problem => {
      const what = `test "${name}": ${message}`;
      return {
        path,
        line,
        column,
        code: 'test-failed',
        rule: null,
        message: what,
        expected: null,
        severity: 'error',
      };
    }),
  );
  const failed = [...errors, ...failures];
  if (passing.size > KNOWN) passing.clear();
  if (errors.length === 0)
    for (const { test, key } of due) if (failed.every(({ path }) => path !== test.path)) passing.add(key);
  return failed;
}

function keyOf(test: BookFile, files: readonly BookFile[]): string {
  const hash = createHash('sha256');
  // Those of the shipped folder are of the shipped rules, whatever is laid over them.
  const listable = files.filter(({ folder }) => folder === 0 || test.folder > 0);
  for (const { path, text } of [test, ...listable]) hash.update(JSON.stringify([path, text]));
  return hash.digest('hex');
}
