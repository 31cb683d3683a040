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
  /** Kept only where they have to be taken out of the counts again. */
  readonly #folds: Fold[];
  /** What each of them says, where a long window is gone through at every tick. */
  readonly #n: Float64Array;
  readonly #sum: Float64Array;
  readonly #min: Float64Array;
  readonly #max: Float64Array;
  readonly #counts: BucketCounts | null;
  readonly #folder = new Folder();
  readonly #new = new NewReadings();
  /** Frames in the window. */
  #frames = 0;
  /** Their lowest and highest; to be found anew once a tick that told one of them is out. */
  #low = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;
  #areEndsKnown = true;
  #isFresh = true;

  constructor(kind: SignalFold, fact: string, overMs: number, intervalMs: number) {
    this.#kind = kind;
    this.#fact = fact;
    this.#overMs = overMs;
    this.#ring = new TickRing(overMs, slotsFor(overMs, intervalMs));
    this.#folds = new Array<Fold>(this.#ring.slots).fill(EMPTY_FOLD);
    this.#n = new Float64Array(this.#ring.slots);
    this.#sum = new Float64Array(this.#ring.slots);
    this.#min = new Float64Array(this.#ring.slots);
    this.#max = new Float64Array(this.#ring.slots);
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
      this.#sum[slot] = fold.sum;
      this.#min[slot] = fold.min;
      this.#max[slot] = fold.max;
      this.#frames += fold.n;
      if (fold.n > 0) this.#widenEnds(fold.min, fold.max);
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
    this.#forgetEnds();
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
    if (!this.#areEndsKnown) this.#findEnds();
    const [min, max] = [this.#low, this.#high];
    const share = shareOf(this.#kind);
    if (share !== undefined) return this.#counts?.percentile(share, this.#frames, min, max) ?? null;
    if (this.#kind === 'min') return min;
    if (this.#kind === 'max') return max;
    return Math.min(max, Math.max(min, this.#total() / this.#frames));
  }

  /** The oldest first, and anew at every tick: taking out what was added would leave its rounding behind. */
  #total(): number {
    const { slots, filled } = this.#ring;
    let sum = 0;
    for (let left = filled, slot = this.#ring.slot(0); left > 0; left--) {
      if ((this.#n[slot] ?? 0) > 0) sum += this.#sum[slot] ?? 0;
      slot = slot + 1 === slots ? 0 : slot + 1;
    }
    return sum;
  }

  readonly #letOut = (slot: number): void => {
    if (this.#counts !== null) {
      this.#counts.remove(this.#folds[slot] ?? EMPTY_FOLD);
      this.#folds[slot] = EMPTY_FOLD;
    }
    const frames = this.#n[slot] ?? 0;
    this.#frames -= frames;
    const isEnd = (this.#min[slot] ?? 0) <= this.#low || (this.#max[slot] ?? 0) >= this.#high;
    if (frames > 0 && isEnd) this.#areEndsKnown = false;
  };

  #widenEnds(low: number, high: number): void {
    if (low < this.#low) this.#low = low;
    if (high > this.#high) this.#high = high;
  }

  #findEnds(): void {
    const { slots, filled } = this.#ring;
    this.#forgetEnds();
    for (let left = filled, slot = this.#ring.slot(0); left > 0; left--) {
      if ((this.#n[slot] ?? 0) > 0) this.#widenEnds(this.#min[slot] ?? 0, this.#max[slot] ?? 0);
      slot = slot + 1 === slots ? 0 : slot + 1;
    }
  }

  #forgetEnds(): void {
    this.#low = Number.POSITIVE_INFINITY;
    this.#high = Number.NEGATIVE_INFINITY;
    this.#areEndsKnown = true;
  }
}
