/** What a log holds, per fact: count, smallest, mean, largest, p95. */
import { mergeFolds, percentile } from '../facts/sketch.js';
import type { FactValue } from '../shapes/reading.js';
import type { Fold } from '../shapes/sample.js';
import { RankCounter } from './rank-counter.js';

/** Figures of one fact over a whole log, in the fact's unit. */
export interface FactSummary {
  n: number;
  min: number;
  mean: number;
  max: number;
  /** Nearest rank: exact for readings, to 1 % for what frames were folded into. */
  p95: number;
  /** The p95 comes from a sketch, and is right to 1 %. */
  approximate?: true;
}

/** Gathers facts in flat memory. Where `beginPass` says so, the same facts are given once more by `again`. */
export class LogSummary {
  readonly #counters: Map<string, RankCounter> = new Map();
  readonly #folds: Map<string, Fold> = new Map();

  /** Takes the facts of one sample; words and claims have no figures. */
  add(facts: Readonly<Record<string, FactValue | null>>): void {
    for (const fact in facts) {
      const value = facts[fact];
      if (typeof value !== 'number' || Number.isNaN(value)) continue;
      let counter = this.#counters.get(fact);
      if (counter === undefined) {
        counter = new RankCounter(0.95);
        this.#counters.set(fact, counter);
      }
      counter.add(value);
    }
  }

  /** Takes what the frames of one tick were folded into. */
  addFolds(folds: Readonly<Record<string, Fold>>): void {
    for (const [fact, fold] of Object.entries(folds)) {
      const before = this.#folds.get(fact);
      const merged = mergeFolds(before === undefined ? [fold] : [before, fold]);
      if (merged !== null) this.#folds.set(fact, merged);
    }
  }

  /** Begins another pass over the same log; false where all is known. */
  beginPass(): boolean {
    return [...this.#counters.values()].filter((counter) => counter.beginPass()).length > 0;
  }

  /** Takes the facts of one sample once more. */
  again(facts: Readonly<Record<string, FactValue | null>>): void {
    for (const [fact, counter] of this.#counters) {
      const value = facts[fact];
      if (typeof value === 'number' && !Number.isNaN(value)) counter.again(value);
    }
  }

  /** The figures by the facts' names. */
  facts(): Record<string, FactSummary> {
    const summaries: [string, FactSummary][] = [
      ...[...this.#counters].map(([fact, { n, min, mean, max, ranked }]): [string, FactSummary] => [
        fact,
        { n, min, mean, max, p95: ranked },
      ]),
      ...[...this.#folds].map(([fact, fold]): [string, FactSummary] => [
        fact,
        {
          n: fold.n,
          min: fold.min,
          mean: fold.sum / fold.n,
          max: fold.max,
          p95: percentile(fold, 0.95),
          approximate: true,
        },
      ]),
    ];
    return Object.fromEntries(summaries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
