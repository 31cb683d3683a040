/** A window over a fact that frames tell: over all frames of its ticks, by merging what each tick folded. */
import type { SignalFold } from '../shapes/rule.js';
import type { Fold } from '../shapes/sample.js';
import { BucketCounts } from './bucket-counts.js';
import { lookUpFact } from './catalogue.js';
import { type Gauge, type SignalTick, whyUncovered } from './gauge.js';
import { NewReadings } from './new-readings.js';
import { shareOf } from './share-of.js';
import { describeMs } from './signal-definition.js';
import { EMPTY_FOLD, Folder } from './sketch.js';
import { slotsFor, TickRing } from './tick-ring.js';

/** Rates and shares of frames; no frame has one of its own. */
const NO_FRAME_HAS = new Set(['fps', 'busyPercent', 'skippedPercent']);

/** Whether each frame tells this fact. */
export function isFolded(fact: string): boolean {
  const own = /^(?:bots\.[\w-]+\.)?((?:frame|inference)\.(\w+))$/.exec(fact);
  if (own === null || NO_FRAME_HAS.has(own[2] ?? '')) return false;
  return lookUpFact(own[1] ?? '')?.tier === 'frame';
}

/** Every frame counts alike, however many a tick has. */
export class FoldGauge implements Gauge {
  readonly #kind: SignalFold;
  readonly #fact: string;
  readonly #overMs: number;
  readonly #ring: TickRing;
  readonly #folds: Fold[];
  readonly #counts: BucketCounts | null;
  readonly #folder = new Folder();
  readonly #new = new NewReadings();
  #isFresh = true;

  constructor(kind: SignalFold, fact: string, overMs: number, intervalMs: number) {
    this.#kind = kind;
    this.#fact = fact;
    this.#overMs = overMs;
    this.#ring = new TickRing(overMs, slotsFor(overMs, intervalMs));
    this.#folds = new Array<Fold>(this.#ring.slots).fill(EMPTY_FOLD);
    this.#counts = shareOf(kind) === undefined ? null : new BucketCounts();
  }

  read(tick: SignalTick): number | string {
    const spanMs = this.#isFresh ? 0 : tick.dtMs;
    this.#isFresh = false;
    this.#ring.advance(tick.atMs, (slot) => {
      this.#counts?.remove(this.#folds[slot] ?? EMPTY_FOLD);
      this.#folds[slot] = EMPTY_FOLD;
    });
    const fold = this.#foldOf(tick);
    if (fold !== null) {
      this.#folds[this.#ring.push(tick.atMs, spanMs)] = fold;
      this.#counts?.add(fold);
    }
    if (!this.#ring.isHalfCovered) return whyUncovered(this.#fact, this.#overMs);
    return this.#value() ?? `no frame told ${this.#fact} in the last ${describeMs(this.#overMs)}`;
  }

  clear(): void {
    this.#isFresh = true;
    this.#ring.clear();
    this.#folds.fill(EMPTY_FOLD);
    this.#counts?.clear();
  }

  /** What the frames of a tick told, or one reading in their place where there are none; null where nothing is known. */
  #foldOf({ facts, foldOf }: SignalTick): Fold | null {
    const told = foldOf(this.#fact);
    if (told !== undefined) return told;
    const value = facts.number(this.#fact);
    if (value === undefined) return null;
    if (this.#kind === 'sum' && !this.#new.has(this.#fact, facts)) return EMPTY_FOLD;
    this.#folder.add(value);
    return this.#folder.take();
  }

  #value(): number | null {
    let n = 0;
    let sum = 0;
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < this.#ring.filled; i++) {
      const fold = this.#folds[this.#ring.slot(i)] ?? EMPTY_FOLD;
      if (fold.n === 0) continue;
      n += fold.n;
      sum += fold.sum;
      if (fold.min < min) min = fold.min;
      if (fold.max > max) max = fold.max;
    }
    if (n === 0) return null;
    const share = shareOf(this.#kind);
    if (share !== undefined) return this.#counts?.percentile(share, n, min, max) ?? null;
    if (this.#kind === 'min') return min;
    if (this.#kind === 'max') return max;
    return this.#kind === 'sum' ? sum : Math.min(max, Math.max(min, sum / n));
  }
}
