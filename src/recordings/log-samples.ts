/** From the rows of another tool's log to the samples of a recording. */
import { gapLimitMs } from '../facts/gap.js';
import type { FactValue, Readings } from '../shapes/reading.js';
import type { Sample } from '../shapes/sample.js';
import type { LogRow } from './importers/importer.js';
import { Judge } from './importers/judge.js';

/** Turns rows into samples in their order. */
export class LogSamples {
  readonly #judge = new Judge();
  /** What a step must be at least to be seen as a gap, in ms. */
  readonly #breakMs: number;
  #atMs = 0;
  #lastMs: number | null = null;

  constructor(intervalMs: number) {
    this.#breakMs = Math.ceil(gapLimitMs(intervalMs)) + intervalMs;
  }

  /** The next sample. Where time goes back or the tool began anew, the ticks' own time runs on across a gap. */
  take(row: LogRow): Sample {
    const { timeMs, begins } = row;
    const stepMs = this.#lastMs === null ? 0 : timeMs - this.#lastMs;
    const isBreak = this.#lastMs !== null && (begins || stepMs < 0);
    this.#lastMs = timeMs;
    this.#atMs += isBreak ? Math.max(stepMs, this.#breakMs) : stepMs;
    return {
      kind: 'sample',
      atMs: Math.round(this.#atMs),
      wallMs: Math.round(timeMs),
      cause: 'interval',
      readings: readingsOf(this.#judge.judge(row, isBreak)),
      events: [],
    };
  }
}

function readingsOf(facts: Readonly<Record<string, FactValue>>): Readings {
  const readings: Readings = {};
  for (const fact in facts) {
    const value = facts[fact];
    if (value !== undefined) readings[fact] = [value, 'measured', 0];
  }
  const limitC = facts['limits.gpuThrottleC'];
  const temperatureC = facts['gpu.temperatureC'];
  // The limit that the card itself told with its temperature is surer than a profile's.
  if (typeof limitC === 'number' && typeof temperatureC === 'number')
    readings['gpu.thermalMarginC'] ??= [limitC - temperatureC, 'measured', 0];
  return readings;
}
