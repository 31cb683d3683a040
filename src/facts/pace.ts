/** Finds out that a bot holds itself to a rate: `bot.maxFps` when it was not said in `hello`. */

/** The rate must stand still this long … */
const STEADY_MS = 10_000;
/** … within this share of its mean … */
const STEADY_SHARE = 0.02;
/** … while the frames' own time leaves this share of it free. */
const BUSY_SHARE = 0.8;
/** The bot is faster than thought when it is above by this share for `FASTER_MS`. */
const FASTER_SHARE = 0.05;
const FASTER_MS = 2_000;

interface TickPace {
  atMs: number;
  dtMs: number;
  fps: number;
  busyMs: number;
}

/** Needs 10 s of steady frames before it tells a rate. */
export class PaceWatch {
  #ticks: TickPace[] = [];
  #maxFps: number | undefined;
  #fasterSinceMs: number | null = null;

  /** The rate the bot was found to hold itself to, in frames a second. */
  get maxFps(): number | undefined {
    return this.#maxFps;
  }

  /**
   * Takes one tick: `fps` taken up, `busyMs` the summed total time of its frames. A rate that we capped ourselves
   * (`isCapped`) tells nothing about the bot.
   */
  observe(atMs: number, dtMs: number, fps: number | undefined, busyMs: number, isCapped: boolean): void {
    if (fps === undefined || isCapped) {
      this.#ticks = [];
      this.#fasterSinceMs = null;
      return;
    }
    this.#ticks.push({ atMs, dtMs, fps, busyMs });
    while ((this.#ticks[0]?.atMs ?? atMs) <= atMs - STEADY_MS) this.#ticks.shift();
    this.#forgetWhenFaster(atMs, fps);
    this.#findSteady();
  }

  reset(): void {
    this.#ticks = [];
    this.#maxFps = undefined;
    this.#fasterSinceMs = null;
  }

  #forgetWhenFaster(atMs: number, fps: number): void {
    if (this.#maxFps === undefined || fps <= this.#maxFps * (1 + FASTER_SHARE)) {
      this.#fasterSinceMs = null;
      return;
    }
    this.#fasterSinceMs ??= atMs;
    if (atMs - this.#fasterSinceMs >= FASTER_MS) this.#maxFps = undefined;
  }

  #findSteady(): void {
    let spanMs = 0;
    let busyMs = 0;
    let sum = 0;
    for (const tick of this.#ticks) {
      spanMs += tick.dtMs;
      busyMs += tick.busyMs;
      sum += tick.fps;
    }
    // The last tick of ten seconds may be missing by rounding.
    if (spanMs < STEADY_MS - (this.#ticks[0]?.dtMs ?? 0) / 2 || busyMs >= BUSY_SHARE * spanMs) return;
    const mean = sum / this.#ticks.length;
    if (this.#ticks.every((tick) => Math.abs(tick.fps - mean) <= STEADY_SHARE * mean)) this.#maxFps = mean;
  }
}
