/** The book that the measurements use: the shipped rules, and as many more as make a hundred. */
import { loadBook, loadProfile } from '#src/agent/index.js';
import { readFolders, readProfiles } from '#src/rules/folders.js';
import type { Profile } from '#src/shapes/profile.js';
import type { Book } from '#src/shapes/rule.js';
import { writeRules } from './rule-texts.js';

/** Rules of the book that is measured, the shipped ones among them. */
export const RULES = 100;

/** The card that the project speaks of most. */
export function benchProfile(): Profile {
  return loadProfile('rtx-4090', readProfiles(), { limits: {}, level: {}, knobs: {} }).profile;
}

/** A rule file that makes a hundred together with the shipped rules. */
export function overlayText(profile: Profile): string {
  const shipped = loadBook(readFolders([]).files, profile).book;
  return writeRules(RULES - shipped.rules.length);
}

/** The shipped book with as many watching rules laid over it as make `RULES`; throws where it has mistakes. */
export function hundredRules(profile: Profile): Book {
  const files = [
    ...readFolders([]).files,
    { path: 'watched/watched.yaml', folder: 1, text: overlayText(profile) },
  ];
  const { book } = loadBook(files, profile);
  if (book.rules.length !== RULES) throw new Error(`expected ${RULES} rules, got ${book.rules.length}`);
  return book;
}
