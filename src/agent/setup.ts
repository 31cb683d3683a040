/** From a recording's header, or a run's options, to the profile and book that decisions are made with. */
import { EvenkeelError } from '../errors.js';
import { didYouMean } from '../nearest.js';
import type { ProfileOverlay } from '../recordings/format.js';
import { type BookResult, buildBook } from '../rules/book.js';
import { checkBook } from '../rules/check-book.js';
import { describeProblems } from '../rules/problems.js';
import { buildProfile, type ProfileFile } from '../rules/profile.js';
import type { Profile } from '../shapes/profile.js';
import type { Book, BookFile, Level, Problem } from '../shapes/rule.js';

/**
 * The profile `name` with the configuration's values over it, and the files it was made from.
 * @throws EvenkeelError `badFlag` for a name that no profile has, `badBook` with all mistakes.
 */
export function loadProfile(
  name: string,
  all: readonly ProfileFile[],
  overlay: ProfileOverlay,
): { profile: Profile; files: ProfileFile[] } {
  const { profile, problems, files: used } = buildProfile(name, all);
  if (!all.some((file) => file.name === name)) {
    const names = all.map((file) => file.name);
    throw new EvenkeelError(
      'badFlag',
      `no profile is named "${name}"${didYouMean(name, names)}; expected one of ${names.join(', ')}`,
    );
  }
  if (profile === null) throw badBook(problems);
  const limits = { ...profile.limits, ...overlay.limits };
  return {
    profile: { ...profile, limits, everyLevel: overlay.level as Partial<Level>, baseKnobs: overlay.knobs },
    files: used,
  };
}

/**
 * The book of these files for a look back: whatever its rules mean together, it may have been live once.
 * @throws EvenkeelError `badBook` with all mistakes.
 */
export function loadBook(
  files: readonly BookFile[],
  profile: Profile,
  unreadable: readonly Problem[] = [],
): { book: Book; warnings: Problem[] } {
  return wholeBook(buildBook(files, profile), unreadable);
}

/**
 * The book of these files, as it may go live.
 * @throws EvenkeelError `badBook` with all mistakes.
 */
export function loadLiveBook(
  files: readonly BookFile[],
  profile: Profile,
  unreadable: readonly Problem[],
): { book: Book; warnings: Problem[] } {
  return wholeBook(checkBook(files, profile), unreadable);
}

function wholeBook(
  { book, problems }: BookResult,
  unreadable: readonly Problem[],
): { book: Book; warnings: Problem[] } {
  if (book === null || unreadable.length > 0) throw badBook([...unreadable, ...problems]);
  return { book, warnings: problems };
}

function badBook(problems: readonly Problem[]): EvenkeelError {
  const errors = problems.filter((problem) => problem.severity === 'error');
  return new EvenkeelError('badBook', describeProblems(errors), { details: { problems: errors } });
}
