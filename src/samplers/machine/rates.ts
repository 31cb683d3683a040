/** Shares and rates out of counters that only grow. */

/** What each device has counted since it appeared, in and out. */
export type Counters = ReadonlyMap<string, readonly [input: number, output: number]>;

/** Megabytes (10^6 bytes) a second in and out, or the sentence why there are none. */
export type Rates = { input: number; output: number } | { why: string };

/** Why there is no rate at the first reading. */
export const NEEDS_TWO = 'needs two readings';
/** Why there is no rate after a counter was reset, as by sleep. */
export const WENT_BACK = 'the counter went back';

/** Counters of all devices together to one rate for each direction. */
export class RateMeter {
  #last: { atMs: number; counters: Counters } | null = null;

  /** Takes the counters as of `atMs`. A device that came or went since the reading before is left out. */
  read(atMs: number, counters: Counters): Rates {
    const before = this.#last;
    if (before !== null && atMs <= before.atMs) return { why: NEEDS_TWO };
    this.#last = { atMs, counters };
    if (before === null) return { why: NEEDS_TWO };
    let input = 0;
    let output = 0;
    for (const [device, [inNow, outNow]] of counters) {
      const last = before.counters.get(device);
      if (last === undefined) continue;
      if (inNow < last[0] || outNow < last[1]) return { why: WENT_BACK };
      input += inNow - last[0];
      output += outNow - last[1];
    }
    // Bytes over 10^6, milliseconds over 10^3.
    const scale = 1e3 * (atMs - before.atMs);
    return { input: input / scale, output: output / scale };
  }
}

/** Time of all processors since boot, in any one unit. */
export interface CpuTimes {
  busy: number;
  total: number;
}

/** Times of all processors together to one share. */
export class CpuMeter {
  #last: CpuTimes | null = null;

  /**
   * The busy share in % since the reading before, or the sentence why there is none. Null between two quick ticks, when
   * the system, which counts in steps of 10 to 16 ms, has counted nothing.
   */
  read(now: CpuTimes): { percent: number } | { why: string } | null {
    const before = this.#last;
    this.#last = now;
    if (before === null) return { why: NEEDS_TWO };
    const busy = now.busy - before.busy;
    const total = now.total - before.total;
    if (busy < 0 || total < 0) return { why: WENT_BACK };
    if (total === 0) return null;
    // Linux is known to count waiting for input and output back now and then, which would make more than 100 %.
    return { percent: Math.min(100, (100 * busy) / total) };
  }
}
