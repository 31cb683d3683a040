/** A window over a fact that frames tell: over all frames of its ticks, by merging what each tick folded. */
import type { SignalFold } from '../shapes/rule.js';
import type { Fold } from '../shapes/sample.js';
import { BucketCounts } from './bucket-counts.js';
import { lookUpFact } from './catalogue.js';
import { type Gauge, type SignalTick, whyUncovered } from './gauge.js';
import { NewReadings } from './new-readings.js';
import { RingEnds } from './ring-ends.js';
import { shareOf } from './share-of.js';
import { describeMs } from './signal-definition.js';
import { EMPTY_FOLD, Folder } from './sketch.js';
import { RingNumbers, slotsFor, TickRing } from './tick-ring.js';

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
  /** Kept only where they have to be taken out of the counts again. */
  readonly #folds: Fold[];
  /** How many frames each of them is over, and what they add up to. */
  readonly #n: Float64Array;
  readonly #sums: RingNumbers;
  readonly #ends: RingEnds;
  readonly #counts: BucketCounts | null;
  readonly #folder = new Folder();
  readonly #new = new NewReadings();
  /** Frames in the window. */
  #frames = 0;
  #isFresh = true;

  constructor(kind: SignalFold, fact: string, overMs: number, intervalMs: number) {
    this.#kind = kind;
    this.#fact = fact;
    this.#overMs = overMs;
    this.#ring = new TickRing(overMs, slotsFor(overMs, intervalMs));
    this.#folds = new Array<Fold>(this.#ring.slots).fill(EMPTY_FOLD);
    this.#n = new Float64Array(this.#ring.slots);
    this.#sums = new RingNumbers(this.#ring.slots);
    this.#ends = new RingEnds(this.#ring);
    this.#counts = shareOf(kind) === undefined ? null : new BucketCounts();
  }

  read(tick: SignalTick): number | string {
    const spanMs = this.#isFresh ? 0 : tick.dtMs;
    this.#isFresh = false;
    this.#ring.advance(tick.atMs, this.#letOut);
    const fold = this.#foldOf(tick);
    if (fold !== null) {
      const slot = this.#ring.push(tick.atMs, spanMs);
      this.#n[slot] = fold.n;
      this.#sums.set(slot, fold.n > 0 ? fold.sum : 0);
      if (fold.n > 0) this.#ends.add(slot, fold.min, fold.max);
      else this.#ends.addNone(slot);
      this.#frames += fold.n;
      if (this.#counts !== null) {
        this.#counts.add(fold);
        this.#folds[slot] = fold;
      }
    }
    if (!this.#ring.isHalfCovered) return whyUncovered(this.#fact, this.#overMs);
    return this.#value() ?? `no frame told ${this.#fact} in the last ${describeMs(this.#overMs)}`;
  }

  clear(): void {
    this.#isFresh = true;
    this.#ring.clear();
    this.#folds.fill(EMPTY_FOLD);
    this.#counts?.clear();
    this.#frames = 0;
    this.#ends.clear();
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
    if (this.#frames === 0) return null;
    if (this.#kind === 'sum') return this.#total();
    const { low, high } = this.#ends;
    const share = shareOf(this.#kind);
    if (share !== undefined) return this.#counts?.percentile(share, this.#frames, low, high) ?? null;
    if (this.#kind === 'min') return low;
    if (this.#kind === 'max') return high;
    return Math.min(high, Math.max(low, this.#total() / this.#frames));
  }

  /** The oldest first, and anew at every tick: taking out what was added would leave its rounding behind. */
  #total(): number {
    const sums = this.#sums.stretch;
    const { first, end } = this.#ring;
    let total = 0;
    for (let i = first; i < end; i++) total += sums[i] ?? 0;
    return total;
  }

  readonly #letOut = (slot: number): void => {
    if (this.#counts !== null) {
      this.#counts.remove(this.#folds[slot] ?? EMPTY_FOLD);
      this.#folds[slot] = EMPTY_FOLD;
    }
    this.#frames -= this.#n[slot] ?? 0;
    this.#ends.remove(slot);
  };
}
