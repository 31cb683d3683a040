/** The columns of a recording's table, and a sample as its row. */
import { mergeFolds, percentile } from '../../facts/sketch.js';
import type { FactValue } from '../../shapes/reading.js';
import type { Fold, Sample } from '../../shapes/sample.js';
import { type Column, type Row, STREAM_COLUMN } from './table.js';

/** The cells of one sample by the name of their column. */
type Cells = Map<string, FactValue>;

/**
 * Finds out which columns there are: one for each fact that is ever told. What frames were folded into is `FACT`, its
 * mean over the sample's frames, and `FACT.p95`; `frames.processed`, `frames.skipped` and `frames.dropped` count them.
 */
export class ColumnFinder {
  readonly #types: Map<string, Column['type']> = new Map();

  /** Each sample is a frame: a column tells whose, where it is known. */
  expectStreams(): void {
    this.#types.set(STREAM_COLUMN, 'word');
  }

  add(sample: Sample): void {
    for (const [name, value] of cellsOf(sample)) {
      const type = typeof value === 'string' ? 'word' : typeof value === 'boolean' ? 'boolean' : 'number';
      const before = this.#types.get(name);
      // Where logs disagree on what a fact is, every value can be told as a word.
      if (before === undefined) this.#types.set(name, type);
      else if (before !== type) this.#types.set(name, 'word');
    }
  }

  /** In the order of their names. */
  columns(): Column[] {
    const all = [...this.#types].map(([name, type]) => ({ name, type }));
    return all.sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

/** A sample as a row; a fact without a new reading has none, and is not carried forward. */
export function rowOf(sample: Sample, columns: readonly Column[]): Row {
  const cells = cellsOf(sample);
  return {
    wallMs: sample.wallMs,
    atMs: sample.atMs,
    cells: columns.map(({ name, type }) => {
      const value = cells.get(name) ?? null;
      return value !== null && type === 'word' ? String(value) : value;
    }),
  };
}

function cellsOf({ readings, events, stream }: Sample): Cells {
  const cells: Cells = new Map();
  if (stream !== undefined) cells.set(STREAM_COLUMN, stream);
  for (const [fact, [value]] of Object.entries(readings)) if (value !== null) cells.set(fact, value);
  const folds = new Map<string, Fold[]>();
  for (const event of events) {
    if (event.kind !== 'frames') continue;
    for (const name of ['processed', 'skipped', 'dropped'] as const)
      cells.set(`frames.${name}`, Number(cells.get(`frames.${name}`) ?? 0) + event[name]);
    for (const [fact, fold] of Object.entries(event.folds))
      folds.set(fact, [...(folds.get(fact) ?? []), fold]);
  }
  for (const [fact, all] of folds) {
    const fold = mergeFolds(all);
    if (fold === null) continue;
    cells.set(fact, fold.sum / fold.n);
    cells.set(`${fact}.p95`, percentile(fold, 0.95));
  }
  return cells;
}
