/** When ticks are taken: on a grid of time, one at a time, and at once when somebody asks. */
import type { Sample } from '../shapes/sample.js';

/** The grid that ticks are on, and what a tick is. */
export interface TickerOptions {
  intervalMs: number;
  /** Monotonic time in whole ms. */
  now: () => number;
  /** Takes one tick. */
  run: (cause: Sample['cause']) => Promise<void>;
  failed: (error: unknown) => void;
}

/** Ticks never overlap; a moment of the grid that passes during a tick is left out. */
export class Ticker {
  readonly #options: TickerOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #isStopped = false;

  constructor(options: TickerOptions) {
    this.#options = options;
  }

  /** Takes the first tick at once, and goes on from there. */
  async start(): Promise<void> {
    await this.tick('interval');
    this.#schedule();
  }

  /** Takes a tick now; one that is asked for while another runs is taken after it. */
  tick(cause: Sample['cause']): Promise<void> {
    const next = this.#running.then(async () => {
      if (!this.#isStopped) await this.#options.run(cause);
    });
    this.#running = next.catch(() => undefined);
    return next;
  }

  /** Ends when the tick that runs has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(): void {
    const { intervalMs, now, failed } = this.#options;
    // Ticks stand on a grid, so that a late one does not push all that follow.
    const waitMs = intervalMs - (now() % intervalMs);
    this.#timer = setTimeout(() => {
      this.tick('interval')
        .catch(failed)
        .finally(() => {
          if (!this.#isStopped) this.#schedule();
        });
    }, waitMs);
  }
}
