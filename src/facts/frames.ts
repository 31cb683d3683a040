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

/** Takes the frames event by event and tells their facts once a tick. */
export class FrameWatch {
  readonly #tickMs: number;
  readonly #bareMs: number;
  readonly #slots: number;
  readonly #windows = new Map<string, FoldWindow>();
  /** Facts that are summed over a window instead of averaged. */
  readonly #sums = new Set<string>();
  readonly #hits: HitShare;
  readonly #lastTrueMs = new Map<string, number>();
  #pending = new Map<string, Fold[]>();
  #ofTick = new Map<string, Fold>();
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
      const isTrue = event.scene[flag] === true;
      const last = this.#lastTrueMs.get(flag) ?? Number.NEGATIVE_INFINITY;
      this.#lastTrueMs.set(flag, isTrue ? atMs : last);
    }
    for (const fact in event.folds) {
      const fold = event.folds[fact];
      if (fold !== undefined) this.#push(fact, fold);
    }
    if (frames > 0) {
      const share = { n: frames, sum: 100 * event.skipped, min: 0, max: 100, buckets: [] };
      this.#push('frame.skippedPercent', share);
    }
    const total = event.folds['frame.totalMs'];
    if (total !== undefined && budgetMs !== undefined) {
      this.#judged += total.n;
      this.#met += countAtMost(total, budgetMs);
    }
    this.#processed += event.processed;
  }

  /** Nothing that was measured before an applied change of model, resolution, streams or batch counts after it. */
  restart(): void {
    this.#pending = new Map();
    for (const window of this.#windows.values()) window.clear();
    this.#restarted = true;
  }

  /** Forgets everything: another session, or a gap in time. */
  reset(): void {
    this.restart();
    this.#hits.clear();
    this.#lastTrueMs.clear();
  }

  beginTick(): void {
    this.#processed = 0;
  }

  /** Closes the tick and returns every fact the frames tell at it. */
  endTick(atMs: number): FrameFacts {
    // After a restart the time the first frames cover is not known: they count, their time does not.
    const spanMs = this.#restarted ? 0 : atMs - this.#lastTickMs;
    this.#restarted = false;
    this.#lastTickMs = atMs;
    this.#ofTick = new Map();
    for (const [fact, folds] of this.#pending) {
      if (!this.#windows.has(fact)) {
        this.#windows.set(fact, new FoldWindow(this.#slots));
        if (lookUpFact(fact)?.fold === 'sum') this.#sums.add(fact);
      }
      const fold = mergeFolds(folds) ?? undefined;
      this.#windows.get(fact)?.push(atMs, spanMs, fold);
      if (fold !== undefined) this.#ofTick.set(fact, fold);
    }
    for (const [fact, window] of this.#windows) {
      if (!this.#pending.has(fact)) window.push(atMs, spanMs, undefined);
    }
    this.#hits.push(atMs, this.#tickMs, this.#judged, this.#met);
    this.#pending = new Map();
    this.#judged = 0;
    this.#met = 0;
    return this.#facts(atMs);
  }

  /** What the frames of the tick that ended last told of a fact; undefined where none ever told it. */
  tickFold(fact: string): Fold | undefined {
    return this.#ofTick.get(fact) ?? (this.#windows.has(fact) ? EMPTY_FOLD : undefined);
  }

  /** p95 of a frame's total time over the last second in ms. */
  totalP95Ms(nowMs: number): number | undefined {
    return this.#windows.get('frame.totalMs')?.percentile(nowMs, this.#bareMs, 0.95);
  }

  /** Share (0 to 1) of the frames of the last minute that met the budget of their time. */
  get hitShare(): number | undefined {
    return this.#hits.share;
  }

  #push(fact: string, fold: Fold): void {
    const pending = this.#pending.get(fact);
    if (pending === undefined) this.#pending.set(fact, [fold]);
    else pending.push(fold);
  }

  /** Count and sum over the last tick, and at least a second. */
  #bare(fact: string, nowMs: number): { n: number; sum: number } | null {
    return this.#windows.get(fact)?.sums(nowMs, this.#bareMs) ?? null;
  }

  #facts(nowMs: number): FrameFacts {
    const facts: FrameFacts = new Map();
    for (const fact of this.#windows.keys()) {
      if (fact === 'frame.criticalLatencyMs') continue;
      const bare = this.#bare(fact, nowMs);
      if (bare === null) continue;
      facts.set(fact, this.#sums.has(fact) ? bare.sum : bare.sum / bare.n);
    }
    const critical = this.#windows.get('frame.criticalLatencyMs');
    const latencyMs = critical?.percentile(nowMs, CRITICAL_WINDOW_MS, 0.99);
    if (latencyMs !== undefined) facts.set('frame.criticalLatencyMs', latencyMs);
    const interval = this.#bare('frame.intervalMs', nowMs);
    if (interval !== null && interval.sum > 0) {
      const fps = (1000 * interval.n) / interval.sum;
      facts.set('frame.fps', fps);
      const worked = this.#bare('frame.totalMs', nowMs);
      if (worked !== null) facts.set('frame.busyPercent', (100 * worked.sum) / interval.sum);
      const inferences = this.#bare('inference.totalMs', nowMs);
      facts.set('inference.fps', (fps * (inferences?.n ?? 0)) / interval.n);
    }
    // Without a frame nobody knows whether the scene goes on.
    const hasFrames = nowMs - this.#lastFrameMs < this.#bareMs;
    for (const [flag, lastTrueMs] of hasFrames ? this.#lastTrueMs : []) {
      facts.set(`scene.${flag}`, nowMs - lastTrueMs < this.#bareMs);
    }
    return facts;
  }
}
