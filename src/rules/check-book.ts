/** A book as it may go live: every part right by itself, and what they mean together. */
import type { Profile } from '../shapes/profile.js';
import type { Book, BookFile, Problem } from '../shapes/rule.js';
import { buildBook } from './book.js';
import { checkMeaning, type PingPong } from './meaning/index.js';
import { sortProblems } from './problems.js';

/** A book with all that its checks have to say. */
export interface CheckedBook {
  /** Null when any problem is an error; warnings do not stop a book. */
  book: Book | null;
  problems: Problem[];
  pingPong: PingPong;
  /** Questions about single rules and sets that were too large to answer. */
  undecided: number;
}

/** Builds the book of these files and judges it; all mistakes of all files are told at once. */
export function checkBook(files: readonly BookFile[], profile: Profile): CheckedBook {
  const { book, problems, draft } = buildBook(files, profile);
  const meaning = checkMeaning(draft, profile, problems);
  const all = [...problems, ...meaning.problems];
  sortProblems(all);
  const isRight = meaning.problems.every(({ severity }) => severity !== 'error');
  return {
    book: isRight ? book : null,
    problems: all,
    pingPong: meaning.pingPong,
    undecided: meaning.undecided,
  };
}
