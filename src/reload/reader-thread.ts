/**
 * Watching, reading and checking rules in a thread of its own, from the agent's side. A drive that answers slowly, a
 * large book and rule tests then cost the loop nothing but the message with the finished book.
 *
 * A thread and not a process, because it takes a third of the memory; it cannot take the agent with it either: files that would
 * make the YAML library end a process are refused before it sees them, and its memory is bounded.
 */
import { Worker } from 'node:worker_threads';
import { fileProblem } from '../rules/problems.js';
import type { BookWatch, WatchListener } from '../rules/watch.js';
import type { FromReader, ToReader, WatchRequest } from './messages.js';

/** How often the thread is asked whether it still answers. */
const PING_MS = 5_000;
/** A thread that did not answer for this long is ended and begun anew. */
const STUCK_MS = 60_000;
/** Wait before it is begun anew, doubled each time up to the longest while it does not live. */
const FIRST_RESTART_MS = 1_000;
const LONGEST_RESTART_MS = 60_000;
/** How long a thread has to end by itself. */
const CLOSE_WITHIN_MS = 1_000;
/** Most memory for the thread's own objects, in MiB; the largest book that is read takes a tenth. */
const MAX_HEAP_MIB = 256;
/** Most memory for what lives briefly, in MiB: a thread that waits nearly always keeps what it once took. */
const MAX_YOUNG_MIB = 4;

/** What to watch, and how the thread itself is watched. */
export interface ReaderThreadOptions extends Omit<WatchRequest, 'isRefused'> {
  /** The compiled `reload-worker.js`; found beside this file unless said. */
  workerEntry?: URL;
  /** Times of the tests; those above unless said. */
  pingMs?: number;
  stuckMs?: number;
  restartMs?: number;
}

/** Follows the folders in a thread of their own, from now on; one that dies is told and begun anew. */
export function watchInThread(options: ReaderThreadOptions, listener: WatchListener): BookWatch {
  return new ReaderThread(options, listener);
}

class ReaderThread implements BookWatch {
  readonly #options: ReaderThreadOptions;
  readonly #listener: WatchListener;
  readonly #pingTimer: NodeJS.Timeout;
  #restartTimer: NodeJS.Timeout | undefined;
  #worker: Worker | null = null;
  #liveHash: string;
  #isRefused = false;
  #isClosed = false;
  #restartMs: number;
  #answeredMs = 0;
  #crash: unknown;

  constructor(options: ReaderThreadOptions, listener: WatchListener) {
    this.#options = options;
    this.#listener = listener;
    this.#liveHash = options.liveHash;
    this.#restartMs = options.restartMs ?? FIRST_RESTART_MS;
    this.#pingTimer = setInterval(() => this.#ping(), options.pingMs ?? PING_MS);
    this.#pingTimer.unref();
    this.#start();
  }

  check(): void {
    this.#send({ kind: 'check' });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#pingTimer);
    clearTimeout(this.#restartTimer);
    const worker = this.#worker;
    if (worker === null) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    this.#send({ kind: 'close' });
    // One that is stuck in a drive's answer does not keep the agent from ending.
    const timer = setTimeout(() => void worker.terminate(), CLOSE_WITHIN_MS);
    await ended;
    clearTimeout(timer);
  }

  #start(): void {
    const { folders, profile, withTests } = this.#options;
    const request: WatchRequest = {
      folders,
      profile,
      withTests,
      liveHash: this.#liveHash,
      isRefused: this.#isRefused,
    };
    const entry = this.#options.workerEntry ?? new URL('./reload-worker.js', import.meta.url);
    const worker = new Worker(entry, {
      name: 'rules',
      workerData: request,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB, maxYoungGenerationSizeMb: MAX_YOUNG_MIB },
    });
    this.#worker = worker;
    this.#answeredMs = performance.now();
    worker.unref();
    // One that was given up as stuck may still speak; it counts no more.
    const ifMine = (act: () => void): void => {
      if (this.#worker === worker) act();
    };
    worker.on('message', (message: FromReader) => ifMine(() => this.#take(message)));
    worker.on('error', (error) =>
      ifMine(() => {
        this.#crash = error;
      }),
    );
    worker.once('exit', () => ifMine(() => this.#ended()));
  }

  #take(message: FromReader): void {
    if (this.#isClosed) return;
    this.#answeredMs = performance.now();
    switch (message.kind) {
      case 'pong':
        this.#restartMs = this.#options.restartMs ?? FIRST_RESTART_MS;
        break;
      case 'book':
        this.#liveHash = message.hash;
        this.#isRefused = false;
        this.#listener.book(message.book, message.warnings, message.hash);
        break;
      case 'refused':
        this.#isRefused = message.problems.length > 0;
        this.#listener.refused(message.problems);
    }
  }

  #ping(): void {
    if (this.#worker === null) return;
    const { stuckMs = STUCK_MS } = this.#options;
    if (performance.now() - this.#answeredMs < stuckMs) {
      this.#send({ kind: 'ping' });
      return;
    }
    this.#crash = new Error(`reading and checking took more than ${Math.round(stuckMs / 1000)} s`);
    // It may never end where a drive never answers, so nothing waits for it.
    void this.#worker.terminate();
    this.#ended();
  }

  #ended(): void {
    this.#worker = null;
    if (this.#isClosed) return;
    const why = this.#crash instanceof Error ? this.#crash.message : 'it gave no reason';
    this.#crash = undefined;
    this.#isRefused = true;
    const inS = Math.round(this.#restartMs / 100) / 10;
    const message = `the thread that reads the rule files ended: ${why}; it is begun anew in ${inS} s`;
    this.#listener.refused([fileProblem('rules', 'reader', message, null)]);
    this.#restartTimer = setTimeout(() => this.#start(), this.#restartMs);
    this.#restartTimer.unref();
    this.#restartMs = Math.min(LONGEST_RESTART_MS, 2 * this.#restartMs);
  }

  #send(message: ToReader): void {
    this.#worker?.postMessage(message);
  }
}
