/** Watches rule folders: every save that is right goes live, every other one keeps the book of before. */
import { existsSync } from 'node:fs';
import type { Book, Problem } from '../shapes/rule.js';
import type { BookResult } from './book.js';
import { type FolderEvents, identityOf, type OpenFolderEvents, openFolderEvents } from './folder-events.js';
import { type FolderContent, readFolders } from './folders.js';
import { fileProblem } from './problems.js';
import { signatureOf } from './signature.js';
import { ThinFiles } from './thin-files.js';

/** Quiet time after a change before the folders are read: editors write in several steps. */
const DEBOUNCE_MS = 100;
/** Changes that never pause put a reading off this long at most. */
const LONGEST_WAIT_MS = 2_000;
/** Time between looks after that, until one finds the files at rest while they are read. */
const OVERDUE_MS = 10;
/** How often is looked without an event: some network drives tell none, nor does a folder that is moved away. */
const POLL_MS = 2_000;
/** Every so many looks the files are read whatever their times say: some drives keep times to two seconds. */
const READ_EVERY = 15;
/** How often a missing folder is looked for, and a watch that failed is begun anew. */
const RETRY_MS = 2_000;

/** Folders that are watched, until closed. */
export interface BookWatch {
  /** Reads the folders now, as if something had changed. */
  check(): void;
  close(): Promise<void>;
}

/** Who is told what became of a save. */
export interface WatchListener {
  /** Another book, whole and checked, of the content with this hash. Warnings are told with it. */
  book(book: Book, warnings: Problem[], hash: string): void;
  /** The folders hold mistakes; the book of before stays. An empty list: they are mended, to what was live already. */
  refused(problems: Problem[]): void;
}

/** What to watch, and what was live and told before. */
export interface WatchOptions {
  /** Folders over the shipped one, in order. */
  folders: readonly string[];
  /** Content hash of the book that is live at the start. */
  liveHash: string;
  /** What was told last before this watch began was a mistake: that it is mended must be told too. */
  isRefused?: boolean;
  /** Whether rule tests are read with the rules, so that a change of one is a change. */
  withTests: boolean;
  /** From texts to a book that may go live. */
  judge(content: FolderContent): Promise<BookResult>;
  /** Where word of changes comes from; the operating system unless said. */
  openEvents?: OpenFolderEvents;
}

/** Follows the shipped folder and the given ones, in this thread. */
export function watchBook(options: WatchOptions, listener: WatchListener): BookWatch {
  return new FolderWatch(options, listener);
}

class FolderWatch implements BookWatch {
  readonly #options: WatchOptions;
  readonly #listener: WatchListener;
  readonly #thin = new ThinFiles();
  readonly #pollTimer: NodeJS.Timeout;
  #events: FolderEvents;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #isJudging = false;
  /** A look was due while a content was judged. */
  #isCheckDue = false;
  #liveHash: string;
  /** Of the content that was judged last; null when the next one must be judged whatever it is. */
  #lastHash: string | null;
  #isRefused: boolean;
  #isMissingTold = false;
  /** Since when changes are told that no look has been taken at. */
  #movingSinceMs: number | null = null;
  /** What the files looked like when a change was told last. */
  #seen = '';
  /** What they looked like when they were read and judged. */
  #judged = '';
  #polls = 0;
  /** Which folders are watched, as the file system tells them apart. */
  #watched = '';

  constructor(options: WatchOptions, listener: WatchListener) {
    this.#options = options;
    this.#listener = listener;
    this.#liveHash = options.liveHash;
    this.#isRefused = options.isRefused ?? false;
    this.#lastHash = this.#isRefused ? null : options.liveHash;
    const content = this.#read();
    if (!(content instanceof Error)) this.#thin.remember(content);
    this.#events = this.#open();
    this.#pollTimer = setInterval(() => this.#poll(), POLL_MS);
    this.#pollTimer.unref();
  }

  check(): void {
    if (this.#isClosed) return;
    if (this.#isJudging) {
      this.#isCheckDue = true;
      return;
    }
    const before = signatureOf(this.#options.folders);
    const content = this.#read();
    if (before !== signatureOf(this.#options.folders)) {
      // Saved while it was read: what was read may be of two times.
      this.#changed();
      return;
    }
    this.#movingSinceMs = null;
    const waitMs = this.#thin.waitMs(content instanceof Error ? null : content, performance.now());
    if (waitMs > 0) this.#schedule(waitMs);
    else if (content instanceof Error) this.#tellMissing(content);
    else this.#take(content, before);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#pollTimer);
    await this.#events.close();
  }

  #take(content: FolderContent, signature: string): void {
    this.#isMissingTold = false;
    this.#judged = signature;
    if (identityOf(this.#options.folders) !== this.#watched) this.#openAnew();
    this.#thin.remember(content);
    if (content.hash === this.#lastHash) return;
    this.#lastHash = content.hash;
    if (content.hash !== this.#liveHash) {
      this.#isJudging = true;
      this.#judge(content).finally(() => this.#afterJudging());
    } else if (this.#isRefused) {
      this.#isRefused = false;
      this.#listener.refused([]);
    }
  }

  async #judge(content: FolderContent): Promise<void> {
    const { book, problems } = await this.#options.judge(content).catch(faulty);
    if (this.#isClosed) return;
    const all = [...content.problems, ...problems];
    this.#isRefused = book === null || content.problems.length > 0;
    if (book === null || this.#isRefused) {
      this.#listener.refused(all.filter((problem) => problem.severity === 'error'));
      return;
    }
    this.#liveHash = content.hash;
    this.#listener.book(book, all, content.hash);
  }

  #afterJudging(): void {
    this.#isJudging = false;
    if (!this.#isCheckDue) return;
    this.#isCheckDue = false;
    this.check();
  }

  /** A folder that stays away is told once, and looked for until it is back. */
  #tellMissing(error: Error): void {
    this.#schedule(RETRY_MS);
    if (this.#isMissingTold) return;
    this.#isMissingTold = true;
    this.#isRefused = true;
    this.#lastHash = null;
    const path = this.#options.folders.find((folder) => !existsSync(folder)) ?? 'rules';
    this.#listener.refused([fileProblem(path, 'vanished', error.message, null)]);
  }

  #read(): FolderContent | Error {
    try {
      return readFolders(this.#options.folders, this.#options.withTests);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** Something changed: it is looked at when it has been quiet for a moment. */
  #changed(): void {
    this.#movingSinceMs ??= performance.now();
    this.#seen = signatureOf(this.#options.folders);
    this.#schedule(this.#isOverdue() ? OVERDUE_MS : DEBOUNCE_MS);
  }

  #isOverdue(): boolean {
    return this.#movingSinceMs !== null && performance.now() - this.#movingSinceMs >= LONGEST_WAIT_MS;
  }

  #poll(): void {
    if (this.#timer !== undefined) return;
    this.#polls++;
    if (this.#polls % READ_EVERY === 0 || signatureOf(this.#options.folders) !== this.#judged)
      this.#changed();
  }

  #schedule(delayMs: number): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      // A drive that tells of no events may still be written to.
      const isQuiet = this.#movingSinceMs === null || signatureOf(this.#options.folders) === this.#seen;
      if (isQuiet || this.#isOverdue()) this.check();
      else this.#changed();
    }, delayMs);
    this.#timer.unref();
  }

  #open(): FolderEvents {
    const { folders, openEvents = openFolderEvents } = this.#options;
    this.#watched = identityOf(folders);
    return openEvents(
      folders,
      () => this.#changed(),
      () => this.#schedule(RETRY_MS),
    );
  }

  #openAnew(): void {
    const before = this.#events;
    this.#events = this.#open();
    before.close().catch(() => undefined);
  }
}

/** A mistake of ours in judging must not look like a book. */
function faulty(error: unknown): BookResult {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const expected = 'rules that can be checked; please report this with the files';
  return { book: null, problems: [fileProblem('rules', 'fault', `checking failed: ${what}`, expected)] };
}
