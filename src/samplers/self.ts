/** What the agent itself costs the machine. */
import type { Readings } from '../shapes/reading.js';

/** The part of `process` that is read: processor time in microseconds, resident memory in bytes. */
export interface SelfSource {
  cpuUsage(): { user: number; system: number };
  memoryUsage: { rss(): number };
}

/** The agent's own process as facts under `agent.`. */
export interface SelfSampler {
  /**
   * `agent.cpuPercent` and `agent.observerPercent` (of one core, since the sample before) and `agent.rssMib` at tick time
   * `atMs`.
   */
  sample(atMs: number): Readings;
}

/** What is told of one span of time: the agent's own processor time, and with that of the children that read the card. */
interface Span {
  atMs: number;
  ownUs: number;
  allUs: number;
}

/** Watches this process; `outsideUs` gives the processor time in µs of the children that read the card for it. */
export function openSelfSampler(
  source: SelfSource = process,
  outsideUs: () => number = () => 0,
): SelfSampler {
  let last: Span | null = null;
  return {
    sample(atMs) {
      const { user, system } = source.cpuUsage();
      const now: Span = { atMs, ownUs: user + system, allUs: user + system + outsideUs() };
      const readings: Readings = {
        'agent.rssMib': [Math.round((source.memoryUsage.rss() / 1_048_576) * 10) / 10, 'measured', 0],
      };
      if (last === null) {
        readings['agent.cpuPercent'] = [null, 'missing', 0, 'needs two readings'];
        readings['agent.observerPercent'] = [null, 'missing', 0, 'needs two readings'];
      } else if (atMs > last.atMs) {
        const spanMs = atMs - last.atMs;
        readings['agent.cpuPercent'] = [percentOf(now.ownUs - last.ownUs, spanMs), 'measured', 0];
        readings['agent.observerPercent'] = [percentOf(now.allUs - last.allUs, spanMs), 'measured', 0];
      }
      if (last === null || atMs > last.atMs) last = now;
      return readings;
    },
  };
}

/** Hundredths of a percent are kept. Microseconds over milliseconds make tenths of one. */
function percentOf(cpuUs: number, spanMs: number): number {
  return Math.round((cpuUs / spanMs / 10) * 100) / 100;
}
