/** One long-lived nvidia-smi that tells all cards in a loop, watched, and begun anew when it ends or falls silent. */
import { reasonOf } from '../../errors.js';
import { Columns, type Row } from './columns.js';
import { Instant } from './instant.js';
import { SmiChild, type SmiProgram } from './program.js';

/** Times in ms. */
export interface SmiTimes {
  /** From one instant to the next. */
  periodMs: number;
  /** Longest wait for the first instant. */
  startMs: number;
  /** Longest silence after that. */
  silenceMs: number;
  /** The wait before it is begun anew: at first, doubled each time, and at most. */
  backoffMs: readonly [first: number, most: number];
}

/**
 * What holds where a time is not given. Every instant takes the driver's lock, so once a second. A card without
 * persistence mode takes 1.5 s to wake (pop-os/system76-power issue 492), several cards 6 s (netdata issue 14522).
 */
export const SMI_TIMES: SmiTimes = {
  periodMs: 1_000,
  startMs: 10_000,
  silenceMs: 5_000,
  backoffMs: [1_000, 30_000],
};

/** A killed child that a driver's call holds does not end: with this many of them no other is started. */
const MOST_CHILDREN = 3;

/** Is told what comes. */
export interface SmiListener {
  /** The rows of one instant; of one card the newest last. */
  told(rows: readonly Row[]): void;
  /** Why nothing comes until it is begun anew. */
  failed(why: string): void;
}

/** Keeps one child running from `start` to `close`. */
export class SmiStream {
  readonly columns: Columns = new Columns();
  readonly #program: SmiProgram;
  readonly #times: SmiTimes;
  readonly #listener: SmiListener;
  #children: SmiChild[] = [];
  #child: SmiChild | null = null;
  #timer: NodeJS.Timeout | undefined;
  #startedMs = 0;
  #failures = 0;
  #endedCpuUs = 0;
  #trouble: string | null = 'nvidia-smi was started and has told nothing yet';

  constructor(program: SmiProgram, times: SmiTimes, listener: SmiListener) {
    this.#program = program;
    this.#times = times;
    this.#listener = listener;
  }

  /** Why nothing is told now; null while it is. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Processor time that all runs took so far, in µs. */
  get cpuUs(): number {
    return this.#children.reduce((sum, child) => sum + child.cpuUs, this.#endedCpuUs);
  }

  start(): void {
    for (const child of this.#children) if (!child.isAlive) this.#endedCpuUs += child.cpuUs;
    this.#children = this.#children.filter((child) => child.isAlive);
    if (this.#children.length >= MOST_CHILDREN) {
      this.#fail(`${MOST_CHILDREN} runs of it hang in the driver and cannot be ended; no other is started`);
      return;
    }
    const query = [`--query-gpu=${this.columns.query}`, '--format=csv,noheader,nounits'];
    const instant = new Instant();
    try {
      this.#child = new SmiChild(this.#program, [...query, '-lms', String(this.#times.periodMs)], {
        line: (text) => this.#take(text, instant),
        ended: (why) => this.#fail(why),
      });
    } catch (error) {
      this.#fail(`it cannot be started: ${reasonOf(error)}`);
      return;
    }
    this.#children.push(this.#child);
    this.#startedMs = performance.now();
    this.#await(this.#times.startMs);
  }

  /** Ends the child without waiting for it. */
  close(): void {
    this.#drop();
    clearTimeout(this.#timer);
  }

  #take(line: string, instant: Instant): void {
    const row = this.columns.row(line);
    if (row === null) {
      // A version that lacks a field is asked again at once: every start takes one field, or one name of it, away.
      if (!this.columns.refuse(line)) return;
      this.#drop();
      this.start();
      return;
    }
    const rows = instant.add(row);
    if (rows === null) return;
    this.#trouble = null;
    // One that ends after every instant would otherwise be begun anew for ever without a wait.
    if (performance.now() - this.#startedMs > this.#times.backoffMs[1]) this.#failures = 0;
    this.#await(this.#times.silenceMs);
    this.#listener.told(rows);
  }

  #await(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fail(`it told nothing for ${ms / 1000} s and was ended`), ms);
    this.#timer.unref();
  }

  #fail(why: string): void {
    this.#drop();
    clearTimeout(this.#timer);
    const [first, most] = this.#times.backoffMs;
    const waitMs = Math.min(most, first * 2 ** this.#failures);
    this.#failures++;
    this.#timer = setTimeout(() => this.start(), waitMs);
    this.#timer.unref();
    this.#trouble = `nvidia-smi tells nothing: ${why}`;
    this.#listener.failed(this.#trouble);
  }

  #drop(): void {
    this.#child?.kill();
    this.#child = null;
  }
}
