/** When the next frame is due. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Pacer {
  /** Frames a second; null takes frames as fast as they come. */
  fps: number | null;
  /** Wait until the next frame is due; tells the wait and how many due frames passed unseen before it. */
  next(signal: AbortSignal): Promise<{ waitMs: number; missed: number }>;
}

export interface Clock {
  nowMs(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The process's monotonic clock; a sleep that is aborted ends at once. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};

export function createPacer(fps: number | null, clock: Clock = systemClock): Pacer {
  let dueMs = clock.nowMs();
  return {
    fps,
    async next(signal) {
      const startMs = clock.nowMs();
      if (this.fps === null) {
        // Signals and messages are heard between frames.
        await clock.sleep(0, signal);
        return { waitMs: 0, missed: 0 };
      }
      const periodMs = 1000 / this.fps;
      // The screen does not wait: what was due while the bot was busy is gone.
      const missed = Math.max(0, Math.floor((startMs - dueMs) / periodMs));
      dueMs += missed * periodMs;
      if (dueMs > startMs) await clock.sleep(dueMs - startMs, signal);
      else await clock.sleep(0, signal);
      const waitMs = dueMs > startMs ? clock.nowMs() - startMs : 0;
      dueMs += periodMs;
      return { waitMs, missed };
    },
  };
}
