/** The buckets of many sketches added up, one by one in and out: what a window needs for its percentiles. */
import type { Fold } from '../shapes/sample.js';
import { BUCKETS, bucketAt, middleOf, placeOf } from './sketch.js';

/** Its memory does not grow with the folds; what is taken out must have been put in. */
export class BucketCounts {
  readonly #counts = new Int32Array(BUCKETS);
  /** The places that anything was added at since it was empty lie from the first to before the second. */
  #from = BUCKETS;
  #to = 0;

  add(fold: Fold): void {
    this.#change(fold, 1);
  }

  remove(fold: Fold): void {
    this.#change(fold, -1);
  }

  clear(): void {
    this.#counts.fill(0, this.#from, this.#to);
    this.#from = BUCKETS;
    this.#to = 0;
  }

  /** The share-th percentile of `n` numbers, as `percentile` of the merged fold, to the bit. */
  percentile(share: number, n: number, min: number, max: number): number {
    const rank = Math.max(1, Math.ceil(share * n));
    let seen = 0;
    for (let place = this.#from; place < this.#to; place++) {
      seen += this.#counts[place] ?? 0;
      if (seen >= rank) return Math.min(max, Math.max(min, middleOf(bucketAt(place))));
    }
    return max;
  }

  #change({ buckets }: Fold, sign: 1 | -1): void {
    for (let i = 0; i + 1 < buckets.length; i += 2) {
      const place = placeOf(buckets[i] ?? 0);
      if (place < this.#from) this.#from = place;
      if (place >= this.#to) this.#to = place + 1;
      this.#counts[place] = (this.#counts[place] ?? 0) + sign * (buckets[i + 1] ?? 0);
    }
  }
}
