/** Books and rules from a few lines of YAML, for the tests of `src/rules/`. */
import { buildBook } from '../../src/rules/book.js';
import { describeProblem } from '../../src/rules/problems.js';
import type { Profile } from '../../src/shapes/profile.js';
import type { Book, BookFile, Condition, Problem, Rule } from '../../src/shapes/rule.js';

/** A profile that says nothing. */
export const EMPTY_PROFILE: Profile = {
  name: 'empty',
  title: 'Empty',
  limits: {},
  knobs: {},
  models: [],
  resolutions: [],
  defaultResolution: 640,
  defaultModel: null,
  levels: {},
  everyLevel: {},
  baseKnobs: {},
  unsupported: {},
};

/** The files of one folder, in the order of their names. */
export function folderOf(folder: number, files: Record<string, string>): BookFile[] {
  return Object.entries(files).map(([path, text]) => ({ path, folder, text }));
}

/** Builds a book of one file, or of the files given, without the shipped ones. */
export function build(
  files: string | BookFile[],
  profile: Profile = EMPTY_PROFILE,
): { book: Book | null; problems: Problem[] } {
  return buildBook(typeof files === 'string' ? folderOf(0, { 'own.yaml': files }) : files, profile);
}

/** The book of these files; the test fails with its mistakes where there are any. */
export function bookOf(files: string | BookFile[], profile: Profile = EMPTY_PROFILE): Book {
  const { book, problems } = build(files, profile);
  if (book === null) throw new Error(problems.map(describeProblem).join('\n'));
  return book;
}

/** The mistakes of these files as people read them. */
export function mistakesOf(files: string | BookFile[]): string[] {
  return build(files).problems.map(describeProblem);
}

/** A rule with the parts a test does not speak of filled in. */
export function ruleOf(parts: Partial<Rule> & { when: Condition }): Rule {
  return {
    id: 'tried',
    set: 'own',
    place: { path: 'own.yaml', line: 1, column: 1 },
    priority: 100,
    safety: false,
    until: null,
    forMs: 0,
    everyMs: null,
    cooldownMs: 0,
    blind: 'release',
    blindSaid: false,
    actions: [],
    expect: null,
    because: 'it is tried',
    hash: 'hash',
    ...parts,
  };
}
