/** Watches rule folders: every save that is right goes live, every other one keeps the book of before. */
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type FSWatcher, watch as watchFiles } from 'chokidar';
import type { Profile } from '../shapes/profile.js';
import type { Book, Problem } from '../shapes/rule.js';
import { buildBook } from './book.js';
import { type FolderContent, readFolders, SHIPPED_RULES } from './folders.js';

/** Quiet time after an event before the folders are read: editors write in several steps. */
const DEBOUNCE_MS = 100;
/** A file that vanished or emptied may be on its way back: the old book is kept this long before anything is said. */
const VANISHED_MS = 2_000;
/** How often is looked whether a folder is still the same one. */
const ROOTS_MS = 2_000;

export interface BookWatch {
  /** Reads the folders now, as if something had changed. */
  check(): void;
  close(): Promise<void>;
}

export interface WatchListener {
  /** Another book, whole and checked. Warnings are told with it. */
  book(book: Book, warnings: Problem[]): void;
  /** The folders hold mistakes; the book of before stays. An empty list: they are mended, to what was live already. */
  refused(problems: Problem[]): void;
}

/** Follows the shipped folder and `folders`. `liveHash` is the content hash of the book that is live at the start. */
export function watchBook(
  folders: readonly string[],
  profile: Profile,
  liveHash: string,
  listener: WatchListener,
): BookWatch {
  return new FolderWatch(folders, profile, liveHash, listener);
}

class FolderWatch implements BookWatch {
  readonly #folders: readonly string[];
  readonly #profile: Profile;
  readonly #listener: WatchListener;
  #watcher: FSWatcher;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #liveHash: string;
  /** Of the content that was judged last; null after a folder was missing. */
  #lastHash: string | null;
  /** Files that had a text when the content was judged last. */
  #paths: ReadonlySet<string> = new Set();
  /** Since when something is missing or empty that was there before. */
  #thinSinceMs: number | null = null;
  #isRefused = false;
  #isMissingTold = false;
  /** Which folders are watched, as the file system tells them apart. */
  #watchedRoots = '';
  readonly #rootsTimer: NodeJS.Timeout;

  constructor(folders: readonly string[], profile: Profile, liveHash: string, listener: WatchListener) {
    this.#folders = folders;
    this.#profile = profile;
    this.#listener = listener;
    this.#liveHash = liveHash;
    this.#lastHash = liveHash;
    const content = this.#read();
    if (!(content instanceof Error)) this.#paths = pathsOf(content);
    this.#watcher = this.#watch();
    // A folder that is moved away, and back or replaced, causes no event at all, nor do some network drives.
    this.#rootsTimer = setInterval(() => this.check(), ROOTS_MS);
    this.#rootsTimer.unref();
  }

  check(): void {
    const content = this.#read();
    const isMissing = content instanceof Error;
    if (isMissing || this.#isThinner(content)) {
      this.#thinSinceMs ??= performance.now();
      const leftMs = this.#thinSinceMs + VANISHED_MS - performance.now();
      if (leftMs > 0) {
        this.#schedule(leftMs);
        return;
      }
    }
    if (isMissing) {
      this.#tellMissing(content);
      return;
    }
    this.#thinSinceMs = null;
    this.#isMissingTold = false;
    if (this.#rootsNow() !== this.#watchedRoots) this.#watchAnew();
    this.#paths = pathsOf(content);
    if (content.hash !== this.#lastHash) this.#judge(content);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#rootsTimer);
    await this.#watcher.close();
  }

  #judge(content: FolderContent): void {
    this.#lastHash = content.hash;
    if (content.hash === this.#liveHash) {
      if (this.#isRefused) this.#listener.refused([]);
      this.#isRefused = false;
      return;
    }
    const { book, problems } = buildBook(content.files, this.#profile);
    const all = [...content.problems, ...problems];
    this.#isRefused = book === null || content.problems.length > 0;
    if (book === null || this.#isRefused) {
      this.#listener.refused(all.filter((problem) => problem.severity === 'error'));
      return;
    }
    this.#liveHash = content.hash;
    this.#listener.book(book, all);
  }

  /** A folder that stays away is told once, and looked for until it is back. */
  #tellMissing(error: Error): void {
    this.#schedule(VANISHED_MS);
    if (this.#isMissingTold) return;
    this.#isMissingTold = true;
    this.#isRefused = true;
    this.#lastHash = null;
    const path = this.#folders.find((folder) => !existsSync(folder)) ?? 'rules';
    const problem = { path, line: 1, column: 1, code: 'vanished', rule: null, message: error.message };
    this.#listener.refused([{ ...problem, expected: null, severity: 'error' }]);
  }

  #read(): FolderContent | Error {
    try {
      return readFolders(this.#folders);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  #isThinner(content: FolderContent): boolean {
    const now = pathsOf(content);
    return [...this.#paths].some((path) => !now.has(path));
  }

  #schedule(delayMs: number): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.check(), delayMs);
    this.#timer.unref();
  }

  /** Folders are watched, not files, so that renames and symlink swaps are seen; hidden names are editors' own. */
  #watch(): FSWatcher {
    this.#watchedRoots = this.#rootsNow();
    const roots = new Set(this.#folders.map((folder) => resolve(folder)));
    const watcher = watchFiles([SHIPPED_RULES, ...this.#folders], {
      ignoreInitial: true,
      depth: 1,
      ignored: (path) => !roots.has(resolve(path)) && /[/\\]\.[^/\\.][^/\\]*$/.test(path),
    });
    watcher.on('all', () => this.#schedule(DEBOUNCE_MS));
    // What was saved before the watch stood is seen now.
    watcher.on('ready', () => this.#schedule(DEBOUNCE_MS));
    watcher.on('error', () => this.#schedule(VANISHED_MS));
    return watcher;
  }

  #watchAnew(): void {
    const before = this.#watcher;
    this.#watcher = this.#watch();
    before.close().catch(() => undefined);
  }

  /** Device and number of each folder: another one of the same name has others. */
  #rootsNow(): string {
    return this.#folders.map(identityOf).join(' ');
  }
}

function identityOf(folder: string): string {
  try {
    const { dev, ino } = statSync(folder);
    return `${dev}:${ino}`;
  } catch {
    return 'none';
  }
}

/** The files that hold more than white space, or cannot be read as text. */
function pathsOf({ files, problems }: FolderContent): Set<string> {
  const filled = files.filter(({ text }) => text.trim() !== '');
  return new Set([...filled, ...problems].map(({ path }) => path));
}
