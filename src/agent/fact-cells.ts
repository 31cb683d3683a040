/** Facts of a dry-run in cells of equal time: lowest, highest and mean of what was known in each. */
import { lookUpFact } from '../facts/catalogue.js';
import type { FactTrack } from '../shapes/dry-run.js';
import type { Core } from './core.js';

/** What people look at, in the order of the charts. */
const SHOWN: readonly string[] = [
  'gpu.temperatureC',
  'gpu.thermalMarginC',
  'gpu.powerW',
  'gpu.utilizationPercent',
  'gpu.graphicsClockMhz',
  'gpu.memoryUsedPercent',
  'frame.loadPercent',
  'frame.totalMs',
  'frame.intervalMs',
  'frame.fps',
  'frame.queueSize',
  'system.cpuPercent',
  'system.memoryPercent',
];

interface Cells {
  n: Float64Array;
  sum: Float64Array;
  min: Float64Array;
  max: Float64Array;
  /** The value at the tick before; undefined where it was not known. */
  last: number | undefined;
}

/** A fixed number of cells of each shown fact. */
export class FactCells {
  readonly #size: number;
  readonly #facts: Map<string, Cells> = new Map();

  constructor(size: number) {
    this.#size = size;
  }

  /**
   * Takes the facts of a tick. `before` is the cell of the tick before, and what was known there holds through the cells
   * between; over a gap nothing does, and `before` is `cell`.
   */
  add({ store }: Core, cell: number, before: number): void {
    for (const fact of SHOWN) {
      const value = store.number(fact);
      const cells = this.#facts.get(fact);
      if (value === undefined) {
        if (cells !== undefined) cells.last = undefined;
        continue;
      }
      const last = cells?.last;
      const own = cells ?? this.#open(fact);
      if (last !== undefined)
        for (let between = before + 1; between < cell; between++) put(own, between, last);
      put(own, cell, value);
      own.last = value;
    }
  }

  /** Each two cells become one. */
  halve(): void {
    for (const { n, sum, min, max } of this.#facts.values()) {
      for (let i = 0; i < this.#size; i++) {
        const [a, b] = [2 * i, 2 * i + 1];
        const [na, nb] = [n[a] ?? 0, n[b] ?? 0];
        min[i] = nb === 0 ? (min[a] ?? 0) : na === 0 ? (min[b] ?? 0) : Math.min(min[a] ?? 0, min[b] ?? 0);
        max[i] = nb === 0 ? (max[a] ?? 0) : na === 0 ? (max[b] ?? 0) : Math.max(max[a] ?? 0, max[b] ?? 0);
        n[i] = na + nb;
        sum[i] = (sum[a] ?? 0) + (sum[b] ?? 0);
      }
    }
  }

  tracks(cells: number): FactTrack[] {
    return SHOWN.flatMap((fact) => {
      const one = this.#facts.get(fact);
      if (one === undefined) return [];
      const of = (values: Float64Array): (number | null)[] =>
        Array.from({ length: cells }, (_, i) => (one.n[i] === 0 ? null : (values[i] ?? null)));
      const mean = one.sum.map((sum, i) => sum / (one.n[i] ?? 1));
      const unit = lookUpFact(fact)?.unit ?? '';
      return [{ fact, unit, min: of(one.min), max: of(one.max), mean: of(mean) }];
    });
  }

  #open(fact: string): Cells {
    const empty = (): Float64Array => new Float64Array(this.#size);
    const cells = { n: empty(), sum: empty(), min: empty(), max: empty(), last: undefined };
    this.#facts.set(fact, cells);
    return cells;
  }
}

function put({ n, sum, min, max }: Cells, cell: number, value: number): void {
  const isFirst = n[cell] === 0;
  n[cell] = (n[cell] ?? 0) + 1;
  sum[cell] = (sum[cell] ?? 0) + value;
  if (isFirst || value < (min[cell] ?? 0)) min[cell] = value;
  if (isFirst || value > (max[cell] ?? 0)) max[cell] = value;
}
