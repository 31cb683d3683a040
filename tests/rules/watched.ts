/** A watch over rule folders that keeps everything it told. */
import { expect, vi } from 'vitest';
import { type BookResult, buildBook } from '../../src/rules/book.js';
import { type FolderContent, readFolders } from '../../src/rules/folders.js';
import { type BookWatch, type WatchOptions, watchBook } from '../../src/rules/watch.js';
import type { Book, Problem } from '../../src/shapes/rule.js';
import { shippedProfile } from '../helpers/shipped.js';

const profile = shippedProfile('cpu');
/** A file that lays a target over the shipped book: which text is live shows in the book. */
export const withTarget = (fps: number): string =>
  `version: 1\nlevels: { balanced: { targetFps: ${fps} } }\n`;
export const WRONG = 'version: 1\nlevels: { balanced: { targetFPS: 20 } }\n';
const WAIT = { timeout: 15_000, interval: 20 };

/** A watch over folders, and everything it told. */
export class Watched {
  readonly books: Book[] = [];
  readonly refusals: Problem[][] = [];
  readonly watch: BookWatch;

  constructor(folders: string[], options: Partial<WatchOptions> = {}) {
    const judge = async ({ files }: FolderContent): Promise<BookResult> => buildBook(files, profile);
    const liveHash = readFolders(folders).hash;
    this.watch = watchBook(
      { folders, liveHash, withTests: false, judge, ...options },
      {
        book: (book) => this.books.push(book),
        refused: (problems) => this.refusals.push(problems),
      },
    );
  }

  get target(): number | undefined {
    return this.books.at(-1)?.levels.balanced?.targetFps;
  }

  /** Waits until the newest book has this target. */
  async untilTarget(fps: number): Promise<void> {
    await vi.waitFor(() => expect(this.target).toBe(fps), WAIT);
  }

  async untilRefused(times: number): Promise<Problem[]> {
    await vi.waitFor(() => expect(this.refusals.length).toBeGreaterThanOrEqual(times), WAIT);
    return this.refusals.at(-1) ?? [];
  }
}
