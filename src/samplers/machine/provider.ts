/** One way to read the machine, and how its readings are put down. */
import type { FactValue, Readings } from '../../shapes/reading.js';

/** Several may serve one machine, each with facts of its own. */
export interface MachineProvider {
  readonly name: 'proc' | 'os' | 'systeminformation';
  /**
   * New readings at tick time `atMs` (ms, monotonic). Never throws and never waits; a fact without a new reading is
   * absent, one that this machine cannot deliver is told once as `unsupported` with the reason.
   */
  sample(atMs: number): Readings;
  close(): void;
}

/** How often facts of the slow tier are read, in ms: disks, network, processes, temperature, battery. */
export const SLOW_EVERY_MS = 5_000;

/** Puts down a measured value, numbers to a thousandth; or, where there is none, that it is missing and why. */
export function give(
  readings: Readings,
  fact: string,
  value: FactValue | null | undefined,
  why: string,
  ageMs = 0,
): void {
  if (value === null || value === undefined || (typeof value === 'number' && !Number.isFinite(value))) {
    readings[fact] = [null, 'missing', ageMs, why];
  } else {
    readings[fact] = [typeof value === 'number' ? Math.round(value * 1000) / 1000 : value, 'measured', ageMs];
  }
}

/** Puts down the busy share of the processors as a `CpuMeter` reads it; nothing where nothing was counted. */
export function giveCpu(readings: Readings, cpu: { percent: number } | { why: string } | null): void {
  if (cpu === null) return;
  if ('why' in cpu) give(readings, 'system.cpuPercent', null, cpu.why);
  else give(readings, 'system.cpuPercent', cpu.percent, '');
}

/** Tells what this machine cannot deliver, each fact once. */
export class Unsupported {
  readonly #told = new Set<string>();

  /** Adds to `readings` those of `facts` that were not told before. */
  tell(readings: Readings, why: string, ...facts: string[]): void {
    for (const fact of facts) {
      if (this.#told.has(fact)) continue;
      this.#told.add(fact);
      readings[fact] = [null, 'unsupported', 0, why];
    }
  }
}
