/** What the agent itself costs the machine. */
import type { Readings } from '../shapes/reading.js';

/** The part of `process` that is read: processor time in microseconds, resident memory in bytes. */
export interface SelfSource {
  cpuUsage(): { user: number; system: number };
  memoryUsage: { rss(): number };
}

/** The agent's own process as facts under `agent.`. */
export interface SelfSampler {
  /** `agent.cpuPercent` (of one core, since the sample before) and `agent.rssMib` at tick time `atMs`. */
  sample(atMs: number): Readings;
}

/** Watches this process; a child that reads the card is not counted. */
export function openSelfSampler(source: SelfSource = process): SelfSampler {
  let last: { atMs: number; cpuUs: number } | null = null;
  return {
    sample(atMs) {
      const { user, system } = source.cpuUsage();
      const now = { atMs, cpuUs: user + system };
      const readings: Readings = {
        'agent.rssMib': [Math.round((source.memoryUsage.rss() / 1_048_576) * 10) / 10, 'measured', 0],
      };
      if (last === null) {
        readings['agent.cpuPercent'] = [null, 'missing', 0, 'needs two readings'];
      } else if (atMs > last.atMs) {
        // Microseconds over milliseconds make tenths of a percent.
        const percent = (now.cpuUs - last.cpuUs) / (atMs - last.atMs) / 10;
        readings['agent.cpuPercent'] = [Math.round(percent * 100) / 100, 'measured', 0];
      }
      if (last === null || atMs > last.atMs) last = now;
      return readings;
    },
  };
}
