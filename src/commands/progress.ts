/** How far long work is, on one line of stderr that is written over; nothing where stderr is no terminal. */
import type { Io } from './io.js';

/** Work that is done sooner shows none, in ms. */
const QUIET_MS = 1_500;
const EVERY_MS = 250;
const CLEAR_LINE = '\x1b[K';

/** Told of each part that is done. */
export interface Progress {
  add(done: number): void;
  /** Takes the line away. */
  end(): void;
}

/** Work on `total` of anything; `now` is a clock in ms. */
export function startProgress(
  io: Io,
  what: string,
  total: number,
  now: () => number = () => performance.now(),
): Progress {
  const startMs = now();
  let done = 0;
  let toldMs: number | null = null;
  return {
    add(part) {
      done += part;
      const atMs = now();
      if (io.isErrorTerminal !== true || atMs - startMs < QUIET_MS || done >= total) return;
      if (toldMs !== null && atMs - toldMs < EVERY_MS) return;
      toldMs = atMs;
      const leftS = Math.ceil((((atMs - startMs) / done) * (total - done)) / 1000);
      io.stderr(`\r${what}: ${Math.floor((100 * done) / total)} %, about ${leftS} s left${CLEAR_LINE}`);
    },
    end() {
      if (toldMs !== null) io.stderr(`\r${CLEAR_LINE}`);
      toldMs = null;
    },
  };
}
