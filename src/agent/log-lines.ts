/** A recording's lines that are made from what the agent holds. */
import type { BookLine } from '../recordings/format.js';
import { hashFiles } from '../rules/book.js';
import type { Book, BookFile } from '../shapes/rule.js';

/**
 * The book as a recording keeps it. Folders are numbered instead of named: a recording tells nothing of where its
 * machine keeps files.
 */
export function bookLine(book: Book, atMs: number): BookLine {
  const files = book.files.map(
    ({ path, folder, text }): BookFile => ({
      path: `${folder === 0 ? 'rules' : `overlay-${folder}`}/${path.split('/').pop() ?? path}`,
      folder,
      text,
    }),
  );
  return { kind: 'book', atMs, hash: hashFiles(files), files };
}
