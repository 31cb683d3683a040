/** What the controlling bot's frames say: windows over its folds, and the facts read off them. */
import type { FactValue } from '../shapes/reading.js';
import type { Fold, FramesEvent } from '../shapes/sample.js';
import { lookUpFact } from './catalogue.js';
import { HitShare } from './hit-share.js';
import { countAtMost, EMPTY_FOLD, mergeFolds } from './sketch.js';
import { slotsFor } from './tick-ring.js';
import { FoldWindow } from './windows.js';

/** The bare name of a fact is over the last tick, and at least this. */
const BARE_WINDOW_MS = 1_000;
/** Critical frames are rare: their p99 needs a longer look. */
const CRITICAL_WINDOW_MS = 10_000;
/** The span of `state.performanceScore`. */
const SCORE_WINDOW_MS = 60_000;
/** A connected bot that says nothing for this long, and did not say pause, is silent. */
const SILENT_MS = 2_000;

/** A fact name without its group's prefix of an observer, and the value it has now. */
export type FrameFacts = Map<string, FactValue>;

/** Those of which percentiles are asked. */
const TOTAL = 'frame.totalMs';
const CRITICAL = 'frame.criticalLatencyMs';

/** One fact that frames tell. */
interface Told {
  readonly fact: string;
  /** It is summed over a window instead of averaged. */
  readonly isSum: boolean;
  readonly window: FoldWindow;
  /** What was folded since the tick before. */
  pending: Fold | null;
  /** What the tick that ended last folded. */
  ofTick: Fold | null;
  /** A tick ended since it was first told. */
  hasTick: boolean;
}

/** What a bot says of the scene, by its fact. */
interface Flag {
  readonly fact: string;
  lastTrueMs: number;
}

/** Takes the frames event by event and tells their facts once a tick. */
export class FrameWatch {
  readonly #tickMs: number;
  readonly #bareMs: number;
  readonly #slots: number;
  /** In the order in which they were first told. */
  readonly #told = new Map<string, Told>();
  /** What `endTick` gave last. */
  readonly #facts: FrameFacts = new Map();
  readonly #hits: HitShare;
  readonly #scene = new Map<string, Flag>();
  /** Frames since the tick before whose budget is known, and how many of them met it. */
  #judged = 0;
  #met = 0;
  #restarted = true;
  #lastTickMs = 0;
  #lastFrameMs = Number.NEGATIVE_INFINITY;
  #processed = 0;

  constructor(tickMs: number) {
    this.#tickMs = tickMs;
    this.#bareMs = Math.max(tickMs, BARE_WINDOW_MS);
    // What is kept of every tick lives as long as the longest look at it, and no longer.
    this.#slots = slotsFor(Math.max(CRITICAL_WINDOW_MS, this.#bareMs), tickMs);
    this.#hits = new HitShare(SCORE_WINDOW_MS, tickMs);
  }

  /** Frames processed in the tick that ended last. */
  get processedInTick(): number {
    return this.#processed;
  }

  /** True when no frame came for 2 s. */
  isSilent(nowMs: number): boolean {
    return nowMs - this.#lastFrameMs > SILENT_MS;
  }

  /**
   * Takes the frames of one event. `budgetMs` is what a frame may take at the present goal; unknown while there is
   * none.
   */
  add(atMs: number, event: FramesEvent, budgetMs: number | undefined): void {
    const frames = event.processed + event.skipped;
    if (frames > 0) this.#lastFrameMs = atMs;
    for (const flag in event.scene) {
      const one = this.#scene.get(flag) ?? this.#newFlag(flag);
      if (event.scene[flag] === true) one.lastTrueMs = atMs;
    }
    for (const fact in event.folds) {
      const fold = event.folds[fact];
      if (fold !== undefined) this.#push(fact, fold);
    }
    if (frames > 0) {
      const share = { n: frames, sum: 100 * event.skipped, min: 0, max: 100, buckets: [] };
      this.#push('frame.skippedPercent', share);
    }
    const total = event.folds[TOTAL];
    if (total !== undefined && budgetMs !== undefined) {
      this.#judged += total.n;
      this.#met += countAtMost(total, budgetMs);
    }
    this.#processed += event.processed;
  }

  /** Nothing that was measured before an applied change of model, resolution, streams or batch counts after it. */
  restart(): void {
    for (const told of this.#told.values()) {
      told.pending = null;
      told.window.clear();
      if (!told.hasTick) this.#told.delete(told.fact);
    }
    this.#restarted = true;
  }

  /** Forgets everything: another session, or a gap in time. */
  reset(): void {
    this.restart();
    this.#hits.clear();
    for (const { fact } of this.#scene.values()) this.#facts.delete(fact);
    this.#scene.clear();
  }

  beginTick(): void {
    this.#processed = 0;
  }

  /** Closes the tick and returns every fact the frames tell at it; the next call changes what it returned. */
  endTick(atMs: number): FrameFacts {
    // After a restart the time the first frames cover is not known: they count, their time does not.
    const spanMs = this.#restarted ? 0 : atMs - this.#lastTickMs;
    this.#restarted = false;
    this.#lastTickMs = atMs;
    for (const told of this.#told.values()) {
      told.ofTick = told.pending === null || told.pending.n === 0 ? null : told.pending;
      told.pending = null;
      told.hasTick = true;
      told.window.push(atMs, spanMs, told.ofTick ?? EMPTY_FOLD);
    }
    this.#hits.push(atMs, this.#tickMs, this.#judged, this.#met);
    this.#judged = 0;
    this.#met = 0;
    this.#tellMeans(atMs);
    this.#tellRates(atMs);
    this.#tellScene(atMs);
    return this.#facts;
  }

  /** What the frames of the tick that ended last told of a fact; undefined where none ever told it. */
  tickFold(fact: string): Fold | undefined {
    const told = this.#told.get(fact);
    return told?.hasTick === true ? (told.ofTick ?? EMPTY_FOLD) : undefined;
  }

  /** p95 of a frame's total time over the last second in ms. */
  totalP95Ms(nowMs: number): number | undefined {
    return this.#told.get(TOTAL)?.window.percentile(nowMs, this.#bareMs, 0.95);
  }

  /** Share (0 to 1) of the frames of the last minute that met the budget of their time. */
  get hitShare(): number | undefined {
    return this.#hits.share;
  }

  #push(fact: string, fold: Fold): void {
    let told = this.#told.get(fact);
    if (told === undefined) {
      const window = new FoldWindow(this.#slots, fact === TOTAL || fact === CRITICAL);
      const isSum = lookUpFact(fact)?.fold === 'sum';
      told = { fact, isSum, window, pending: null, ofTick: null, hasTick: false };
      this.#told.set(fact, told);
    }
    told.pending = told.pending === null ? fold : mergeFolds([told.pending, fold]);
  }

  #newFlag(flag: string): Flag {
    const one = { fact: `scene.${flag}`, lastTrueMs: Number.NEGATIVE_INFINITY };
    this.#scene.set(flag, one);
    return one;
  }

  #tell(fact: string, value: FactValue | undefined): void {
    if (value === undefined) this.#facts.delete(fact);
    else this.#facts.set(fact, value);
  }

  /** Over the last tick, and at least a second. */
  #tellMeans(nowMs: number): void {
    for (const { fact, isSum, window } of this.#told.values()) {
      if (fact === CRITICAL) continue;
      const bare = window.sums(nowMs, this.#bareMs);
      this.#tell(fact, bare === null ? undefined : isSum ? bare.sum : bare.sum / bare.n);
    }
    this.#tell(CRITICAL, this.#told.get(CRITICAL)?.window.percentile(nowMs, CRITICAL_WINDOW_MS, 0.99));
  }

  #tellRates(nowMs: number): void {
    const bare = (fact: string): { n: number; sum: number } | null =>
      this.#told.get(fact)?.window.sums(nowMs, this.#bareMs) ?? null;
    const interval = bare('frame.intervalMs');
    const hasRate = interval !== null && interval.sum > 0;
    const fps = hasRate ? (1000 * interval.n) / interval.sum : undefined;
    const worked = hasRate ? bare(TOTAL) : null;
    this.#tell('frame.fps', fps);
    this.#tell(
      'frame.busyPercent',
      worked === null || interval === null ? undefined : (100 * worked.sum) / interval.sum,
    );
    // A bot that times one frame in n tells of the others what was found, and not how long it took.
    const inferences = Math.max(bare('inference.totalMs')?.n ?? 0, bare('inference.detections')?.n ?? 0);
    this.#tell(
      'inference.fps',
      fps === undefined || interval === null ? undefined : (fps * inferences) / interval.n,
    );
  }

  #tellScene(nowMs: number): void {
    // Without a frame nobody knows whether the scene goes on.
    const hasFrames = nowMs - this.#lastFrameMs < this.#bareMs;
    for (const { fact, lastTrueMs } of this.#scene.values())
      this.#tell(fact, hasFrames ? nowMs - lastTrueMs < this.#bareMs : undefined);
  }
}
