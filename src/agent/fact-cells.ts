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
}

/** A fixed number of cells of each shown fact. */
export class FactCells {
  readonly #size: number;
  readonly #facts: Map<string, Cells> = new Map();

  constructor(size: number) {
    this.#size = size;
  }

  add({ store }: Core, cell: number): void {
    for (const fact of SHOWN) {
      const value = store.number(fact);
      if (value === undefined) continue;
      const cells = this.#facts.get(fact) ?? this.#open(fact);
      const isFirst = cells.n[cell] === 0;
      cells.n[cell] = (cells.n[cell] ?? 0) + 1;
      cells.sum[cell] = (cells.sum[cell] ?? 0) + value;
      if (isFirst || value < (cells.min[cell] ?? 0)) cells.min[cell] = value;
      if (isFirst || value > (cells.max[cell] ?? 0)) cells.max[cell] = value;
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
    const cells = { n: empty(), sum: empty(), min: empty(), max: empty() };
    this.#facts.set(fact, cells);
    return cells;
  }
}
