/** What a recording holds, per fact: count, smallest, mean, largest, p95. */
import { mergeFolds, percentile } from '../facts/sketch.js';
import type { Fold, Sample } from '../shapes/sample.js';

/** Figures of one fact over a whole recording, in the fact's unit. */
export interface FactSummary {
  n: number;
  min: number;
  mean: number;
  max: number;
  /** Nearest rank: exact for readings, to 1 % for what frames were folded into. */
  p95: number;
}

/** Gathers samples; memory grows with the readings only, eight bytes each. */
export class RecordingSummary {
  readonly #values: Map<string, number[]> = new Map();
  readonly #folds: Map<string, Fold> = new Map();
  samples = 0;
  firstMs: number | null = null;
  lastMs = 0;
  /** Wall time of the first sample in ms since 1970. */
  startWallMs = 0;

  add(sample: Sample): void {
    this.samples++;
    if (this.firstMs === null) {
      this.firstMs = sample.atMs;
      this.startWallMs = sample.wallMs;
    }
    this.lastMs = sample.atMs;
    for (const [fact, [value]] of Object.entries(sample.readings)) {
      if (typeof value !== 'number') continue;
      const values = this.#values.get(fact);
      if (values === undefined) this.#values.set(fact, [value]);
      else values.push(value);
    }
    for (const event of sample.events) {
      if (event.kind !== 'frames') continue;
      for (const [fact, fold] of Object.entries(event.folds)) {
        const before = this.#folds.get(fact);
        const merged = mergeFolds(before === undefined ? [fold] : [before, fold]);
        if (merged !== null) this.#folds.set(fact, merged);
      }
    }
  }

  facts(): Record<string, FactSummary> {
    const summaries: [string, FactSummary][] = [
      ...[...this.#values].map(([fact, values]): [string, FactSummary] => [fact, ofValues(values)]),
      ...[...this.#folds].map(([fact, fold]): [string, FactSummary] => [
        fact,
        { n: fold.n, min: fold.min, mean: fold.sum / fold.n, max: fold.max, p95: percentile(fold, 0.95) },
      ]),
    ];
    return Object.fromEntries(summaries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

function ofValues(values: readonly number[]): FactSummary {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  let sum = 0;
  for (const value of values) sum += value;
  const at = (index: number): number => sorted[index] ?? 0;
  return { n, min: at(0), mean: sum / n, max: at(n - 1), p95: at(Math.ceil(0.95 * n) - 1) };
}
