/** From the rows of another tool's log to the samples of a recording. */
import { gapLimitMs } from '../facts/gap.js';
import type { FactValue, Readings } from '../shapes/reading.js';
import type { Sample } from '../shapes/sample.js';
import type { LogRow } from './importers/importer.js';
import { Judge } from './importers/judge.js';

/** As the log holds it, or without what cannot be believed and with what follows from it. */
export type LogView = 'written' | 'judged';

/** Turns rows into samples in their order. */
export class LogSamples {
  readonly #judge: Judge | null;
  /** What a step must be at least to be seen as a gap, in ms. */
  readonly #breakMs: number;
  #atMs = 0;
  #lastMs: number | null = null;

  constructor(intervalMs: number, view: LogView) {
    this.#judge = view === 'judged' ? new Judge() : null;
    this.#breakMs = Math.ceil(gapLimitMs(intervalMs)) + intervalMs;
  }

  /** The next sample. Where time goes back or the tool began anew, the ticks' own time runs on across a gap. */
  take(row: LogRow): Sample {
    const { timeMs, begins, stream } = row;
    const stepMs = this.#lastMs === null ? 0 : timeMs - this.#lastMs;
    const isBreak = this.#lastMs !== null && (begins || stepMs < 0);
    this.#lastMs = timeMs;
    this.#atMs += isBreak ? Math.max(stepMs, this.#breakMs) : stepMs;
    const atMs = Math.round(this.#atMs);
    if (this.#judge === null)
      return {
        kind: 'sample',
        atMs,
        wallMs: timeMs,
        cause: 'interval',
        readings: readingsOf(row.facts),
        events: [],
        ...(begins ? { begins } : {}),
        ...(stream === undefined ? {} : { stream }),
      };
    return {
      kind: 'sample',
      atMs,
      wallMs: Math.round(timeMs),
      cause: 'interval',
      readings: withMargin(readingsOf(this.#judge.judge(row, isBreak))),
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
  return readings;
}

/** The limit that the card itself told with its temperature is surer than a profile's. */
function withMargin(readings: Readings): Readings {
  const limitC = readings['limits.gpuThrottleC']?.[0];
  const temperatureC = readings['gpu.temperatureC']?.[0];
  if (typeof limitC === 'number' && typeof temperatureC === 'number')
    readings['gpu.thermalMarginC'] ??= [limitC - temperatureC, 'measured', 0];
  return readings;
}
