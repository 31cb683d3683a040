/** Tells files that are half way from files that are done: a save is not one step, and a deletion may not be meant. */
import type { FolderContent } from './folders.js';

/** A file that vanished or emptied may be on its way back: the old book is kept this long before it is believed. */
const VANISHED_MS = 2_000;
/** A file that lost the end of its last line may still be written. */
const UNENDED_MS = 500;

/** How much of a file is there; missing ones are not in the map. */
type Fill = 'empty' | 'unended' | 'whole';
const FILLS: readonly Fill[] = ['empty', 'unended', 'whole'];

/** Compares each content with the last that was believed, and says how many ms to wait for more. */
export class ThinFiles {
  #fills: ReadonlyMap<string, Fill> = new Map();
  #sinceMs: number | null = null;

  /** This content is taken for what the files are. */
  remember(content: FolderContent): void {
    this.#fills = fillsOf(content);
    this.#sinceMs = null;
  }

  /** For how many ms this content should wait for more of it; null is a folder that is missing. 0: it is to be believed. */
  waitMs(content: FolderContent | null, nowMs: number): number {
    const patienceMs = content === null ? VANISHED_MS : this.#patienceMs(fillsOf(content));
    if (patienceMs === 0) return 0;
    this.#sinceMs ??= nowMs;
    return Math.max(0, this.#sinceMs + patienceMs - nowMs);
  }

  #patienceMs(now: ReadonlyMap<string, Fill>): number {
    for (const path of this.#fills.keys()) if (!now.has(path)) return VANISHED_MS;
    let patienceMs = 0;
    for (const [path, fill] of now) {
      const before = this.#fills.get(path) ?? 'whole';
      if (FILLS.indexOf(fill) >= FILLS.indexOf(before)) continue;
      patienceMs = Math.max(patienceMs, fill === 'empty' ? VANISHED_MS : UNENDED_MS);
    }
    return patienceMs;
  }
}

function fillsOf({ files, tests, problems }: FolderContent): Map<string, Fill> {
  const fills = new Map<string, Fill>();
  for (const { path, text } of [...files, ...tests])
    fills.set(path, text.trim() === '' ? 'empty' : text.endsWith('\n') ? 'whole' : 'unended');
  // One that cannot be read as text is told at once.
  for (const { path } of problems) fills.set(path, 'whole');
  return fills;
}
