/** Numbers kept in order while some come and some go, in a fixed place. */
export class SortedNumbers {
  readonly #values: Float64Array;
  #size = 0;

  constructor(slots: number) {
    this.#values = new Float64Array(slots);
  }

  add(value: number): void {
    const at = this.#find(value);
    this.#values.copyWithin(at + 1, at, this.#size);
    this.#values[at] = value;
    this.#size++;
  }

  /** Takes out one that was added. */
  remove(value: number): void {
    const at = this.#find(value);
    this.#values.copyWithin(at, at + 1, this.#size);
    this.#size--;
  }

  clear(): void {
    this.#size = 0;
  }

  /** The share-th percentile (share 0 to 1) of at least one number, nearest rank, exact. */
  percentile(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.#size));
    return this.#values[rank - 1] ?? 0;
  }

  /** Where the first value stands that is not below this one. */
  #find(value: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#values[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
