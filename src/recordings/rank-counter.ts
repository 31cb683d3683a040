/** Count, smallest, mean, largest and an exact nearest rank of numbers, in memory that does not grow with them. */

/** Distinct values kept with their counts; a sensor has a few hundred, frame times some ten thousand. */
const MAX_DISTINCT = 65_536;
/** Into how many parts a range is cut where it holds more. */
const PARTS = 65_536;

/** A range cut into parts: how many numbers lie in each, and between which of them. */
interface Parts {
  counts: Float64Array;
  lowest: Float64Array;
  highest: Float64Array;
}

/**
 * Counts each distinct value. Where there are too many, the values must be given once more, by `again`, and each pass
 * narrows the range that holds the rank by `PARTS`.
 */
export class RankCounter {
  readonly #share: number;
  n = 0;
  min: number = Number.POSITIVE_INFINITY;
  max: number = Number.NEGATIVE_INFINITY;
  #sum = 0;
  /** What rounding took from the sum so far (Neumaier 1974): a value that never changes has itself as its mean. */
  #lost = 0;
  /** The range that holds the rank, and how many values lie below it. */
  #low = Number.NEGATIVE_INFINITY;
  #high = Number.POSITIVE_INFINITY;
  #below = 0;
  #counts: Map<number, number> | null = new Map();
  #parts: Parts | null = null;

  /** `share` of 0.95 is the 95th percentile. */
  constructor(share: number) {
    this.#share = share;
  }

  get mean(): number {
    return (this.#sum + this.#lost) / this.n;
  }

  /** Takes a number for the first time. */
  add(value: number): void {
    this.n++;
    const sum = this.#sum + value;
    const [large, small] = Math.abs(this.#sum) >= Math.abs(value) ? [this.#sum, value] : [value, this.#sum];
    this.#lost += large - sum + small;
    this.#sum = sum;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    this.#count(value);
  }

  /** Begins another pass over the same numbers; false where none is needed. */
  beginPass(): boolean {
    if (this.#counts !== null) return false;
    if (this.#parts === null) [this.#low, this.#high] = [this.min, this.max];
    else this.#narrow(this.#parts);
    this.#parts = {
      counts: new Float64Array(PARTS),
      lowest: new Float64Array(PARTS).fill(Number.POSITIVE_INFINITY),
      highest: new Float64Array(PARTS).fill(Number.NEGATIVE_INFINITY),
    };
    this.#counts = new Map();
    return true;
  }

  /** Takes a number once more, in the order in which it came. */
  again(value: number): void {
    const parts = this.#parts;
    if (parts === null || value < this.#low || value > this.#high) return;
    const part = this.#partOf(value);
    parts.counts[part] = (parts.counts[part] ?? 0) + 1;
    if (value < (parts.lowest[part] ?? value)) parts.lowest[part] = value;
    if (value > (parts.highest[part] ?? value)) parts.highest[part] = value;
    this.#count(value);
  }

  /** The value at the rank, which occurred among the numbers; NaN where there was none or another pass is needed. */
  get ranked(): number {
    let rank = Math.ceil(this.#share * this.n) - this.#below;
    const counts = [...(this.#counts ?? [])].sort(([a], [b]) => a - b);
    for (const [value, count] of counts) {
      rank -= count;
      if (rank <= 0) return value;
    }
    return Number.NaN;
  }

  #count(value: number): void {
    if (this.#counts === null) return;
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
    if (this.#counts.size > MAX_DISTINCT) this.#counts = null;
  }

  #partOf(value: number): number {
    const part = Math.floor(((value - this.#low) / (this.#high - this.#low)) * PARTS);
    return Math.min(PARTS - 1, Math.max(0, part));
  }

  #narrow({ counts, lowest, highest }: Parts): void {
    const rank = Math.ceil(this.#share * this.n);
    let part = 0;
    while (part < PARTS - 1 && this.#below + (counts[part] ?? 0) < rank) this.#below += counts[part++] ?? 0;
    // By the numbers themselves, so that rounding puts none of them on the wrong side.
    this.#low = lowest[part] ?? this.#low;
    this.#high = highest[part] ?? this.#high;
  }
}
