/** Watches rule folders: every save that is right goes live, every other one keeps the book of before. */
import { watch as watchFiles } from 'chokidar';
import type { Profile } from '../shapes/profile.js';
import type { Book, Problem } from '../shapes/rule.js';
import { buildBook } from './book.js';
import { readFolders, SHIPPED_RULES } from './folders.js';

/** Quiet time after an event before the folders are read: editors write in several steps. */
const DEBOUNCE_MS = 100;
/** A file that vanished or emptied may be on its way back: the old book is kept this long before anything is said. */
const VANISHED_MS = 2_000;

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
  let timer: NodeJS.Timeout | undefined;
  let lastHash = liveHash;
  let live = liveHash;
  let isRefused = false;
  let missingSinceMs: number | null = null;

  const check = (): void => {
    let content: ReturnType<typeof readFolders>;
    try {
      content = readFolders(folders);
      missingSinceMs = null;
    } catch (error) {
      missingSinceMs ??= performance.now();
      schedule(VANISHED_MS);
      if (performance.now() - missingSinceMs < VANISHED_MS) return;
      lastHash = '';
      isRefused = true;
      listener.refused([vanished(error)]);
      return;
    }
    if (content.hash === lastHash && !(isRefused && content.hash === live)) return;
    lastHash = content.hash;
    if (content.hash === live) {
      isRefused = false;
      listener.refused([]);
      return;
    }
    const { book, problems } = buildBook(content.files, profile);
    const all = [...content.problems, ...problems];
    if (book === null || content.problems.length > 0) {
      isRefused = true;
      listener.refused(all.filter((problem) => problem.severity === 'error'));
      return;
    }
    isRefused = false;
    live = content.hash;
    listener.book(book, all);
  };

  const schedule = (delayMs: number): void => {
    clearTimeout(timer);
    timer = setTimeout(check, delayMs);
    timer.unref();
  };

  // Folders are watched, not files, so that renames and symlink swaps are seen; hidden names are editors' own.
  const watcher = watchFiles([SHIPPED_RULES, ...folders], {
    ignoreInitial: true,
    depth: 1,
    ignored: (path) => !folders.includes(path) && /[/\\]\.[^/\\.][^/\\]*$/.test(path),
  });
  watcher.on('all', () => schedule(DEBOUNCE_MS));
  watcher.on('error', () => schedule(VANISHED_MS));
  return {
    check,
    async close() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}

function vanished(error: unknown): Problem {
  const message = error instanceof Error ? error.message : String(error);
  return {
    path: 'rules',
    line: 1,
    column: 1,
    code: 'vanished',
    rule: null,
    message,
    expected: null,
    severity: 'error',
  };
}
