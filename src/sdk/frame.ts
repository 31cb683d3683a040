/** A frame that times itself, its stages and its inference, and becomes one line. */
import type { Scene } from '../frames/importance.js';
import { addFlags, isCount, isMs, isSide, LARGEST_MS, MOST_STAGES, sideOf, toMicros } from './bounds.js';
import { FrameRecord, InferenceRecord, metricsOf } from './frame-record.js';
import type { Frame, FrameEnd, FrameMetrics, Inference } from './frame-types.js';
import { type RunFrame, TimedInference } from './inference.js';
import { tellOddStage } from './mistakes.js';
import { isName } from './names.js';
import type { Problems } from './problems.js';
import { runIn } from './run-in.js';

/** What a frame needs of its bot. */
export interface FrameHome {
  readonly problems: Problems;
  /** Takes a finished frame. */
  finished(frame: TimedFrame, record: FrameRecord): void;
}

/** Becomes a line once, when it ends. */
export class TimedFrame implements Frame, RunFrame {
  readonly #record: FrameRecord;
  readonly #home: FrameHome;
  /** Whether stages and the parts of the inference are recorded; when it began and ended always is. */
  readonly #isTimed: boolean;
  /** Whether `shouldSkip` has been asked about it. */
  isJudged = false;
  #metrics: FrameMetrics | null = null;

  constructor(id: number, home: FrameHome, isTimed: boolean) {
    this.#record = new FrameRecord(id, performance.now());
    this.#home = home;
    this.#isTimed = isTimed;
  }

  get id(): number {
    return this.#record.id;
  }

  /** The bot's monotonic time at which it began, in ms. */
  get atMs(): number {
    return this.#record.atMs;
  }

  /** What is true of it. */
  isTold(scene: Scene | null): void {
    this.#record.scene = scene;
  }

  /** Leaves the frame to the line of the skipped one, which takes its number. */
  skip(): void {
    this.#metrics = this.metricsNow();
  }

  /** How large the picture is, in pixels, and what is true of it. */
  begin(size: readonly [number, number] | undefined, scene: Scene | null): void {
    const record = this.#record;
    record.scene = scene;
    const width = size?.[0];
    const height = size?.[1];
    if (isSide(width)) record.width = width;
    if (isSide(height)) record.height = height;
    if (size !== undefined && (record.width < 0 || record.height < 0))
      this.#home.problems.sayOnce('frame', 'size', '[width, height] in pixels', size);
  }

  stage<T>(name: string, work: () => T): T {
    if (typeof work !== 'function') {
      this.#home.problems.sayOnce('stage', name, 'a function that does the work', work);
      return undefined as T;
    }
    if (!this.#isTimed) return work();
    const startMs = performance.now();
    let result: T;
    try {
      result = work();
    } catch (error) {
      this.#addStage(name, performance.now() - startMs);
      throw error;
    }
    if (result instanceof Promise) {
      return result.finally(() => this.#addStage(name, performance.now() - startMs)) as T;
    }
    this.#addStage(name, performance.now() - startMs);
    return result;
  }

  recordStage(name: string, ms: number): void {
    if (name === 'capture' && isMs(ms) && this.#metrics === null) {
      const beganMs = performance.now() - ms;
      if (beganMs < this.#record.atMs) this.#record.atMs = Math.max(0, beganMs);
      if (this.#record.stages.length > 0 || this.#record.inference !== null) this.#tellLateCapture();
    }
    if (this.#isTimed) this.#addStage(name, ms);
  }

  inference(model: string, size: number | readonly [number, number]): Inference;
  inference<T>(model: string, size: number | readonly [number, number], work: (run: Inference) => T): T;
  inference<T>(
    model: string,
    size: number | readonly [number, number],
    work?: (run: Inference) => T,
  ): Inference | T {
    const run = this.beginInference(model, size, false);
    return work === undefined ? run : runIn(run, work, (one) => one.finish());
  }

  /** As `inference`; a run that is `alone` takes the frame with it when it ends. */
  beginInference(model: string, size: number | readonly [number, number], isAlone: boolean): TimedInference {
    const side = sideOf(size);
    const { problems } = this.#home;
    const isNamed = typeof model === 'string' && model !== '';
    if (!isNamed) problems.sayOnce('inference', 'model', 'the name of a model', model);
    if (side === undefined) problems.sayOnce('inference', 'size', 'a side in whole pixels', size);
    const record = new InferenceRecord(
      isNamed ? (model.length > 128 ? model.slice(0, 128) : model) : 'unnamed',
      side,
    );
    if (this.#metrics === null) {
      if (this.#record.inference !== null)
        problems.sayOnce('inference', 'second', 'one run a frame', model, 'it takes the place of the first');
      this.#record.inference = record;
    }
    return new TimedInference(record, this, { isTimed: this.#isTimed, isAlone, problems });
  }

  finishFrame(end?: FrameEnd): FrameMetrics {
    if (this.#metrics !== null) return this.#metrics;
    const record = this.#record;
    const totalMs = toMicros(performance.now() - record.atMs);
    record.totalMs = totalMs < LARGEST_MS ? totalMs : LARGEST_MS;
    if (end !== undefined && end !== null) this.#takeEnd(end);
    const metrics = metricsOf(record, record.totalMs);
    this.#metrics = metrics;
    this.#home.finished(this, record);
    return metrics;
  }

  finish(end?: FrameEnd): FrameMetrics {
    return this.finishFrame(end);
  }

  [Symbol.dispose](): void {
    this.finishFrame();
  }

  /** The metrics of a frame that may still run. */
  metricsNow(): FrameMetrics {
    return this.#metrics ?? metricsOf(this.#record, toMicros(performance.now() - this.#record.atMs));
  }

  /** A run alone took at least what its parts took: told afterwards, they came before its begin was noticed. */
  finishWithRun(run: InferenceRecord): FrameMetrics {
    const record = this.#record;
    const beganMs = performance.now() - run.totalMs;
    if (run.totalMs > 0 && beganMs < record.atMs) record.atMs = Math.max(0, beganMs);
    return this.finishFrame();
  }

  #tellLateCapture(): void {
    const expected = 'to be recorded before other stages and the inference';
    const outcome = 'it begins the frame earlier only if it is longer than the frame has lasted';
    this.#home.problems.sayOnce('recordStage', 'capture', expected, 'it after one', outcome);
  }

  #takeEnd({ queueSize, drops, waitMs, scene }: FrameEnd): void {
    const record = this.#record;
    const { problems } = this.#home;
    if (isCount(queueSize)) record.queueSize = queueSize;
    else if (queueSize !== undefined) problems.sayOnce('finish', 'queueSize', 'a whole number', queueSize);
    if (isCount(drops)) record.drops = drops;
    else if (drops !== undefined) problems.sayOnce('finish', 'drops', 'a whole number', drops);
    if (isMs(waitMs)) record.waitMs = waitMs;
    else if (waitMs !== undefined) problems.sayOnce('finish', 'waitMs', 'milliseconds', waitMs);
    if (scene !== undefined) record.scene = addFlags(record.scene, scene);
  }

  #addStage(name: string, ms: number): void {
    if (this.#metrics !== null) return;
    const { problems } = this.#home;
    if (!isName(name)) {
      const expected = 'a name of letters, digits and _ that begins with a letter, 32 long at most';
      problems.sayOnce('stage', name, expected, name);
      return;
    }
    if (!isMs(ms)) {
      problems.sayOnce('stage', name, 'milliseconds', ms);
      return;
    }
    const { stages, stagesMs } = this.#record;
    for (let stage = 0; stage < stages.length; stage += 1) {
      if (stages[stage] !== name) continue;
      stagesMs[stage] = Math.min(LARGEST_MS, Number(stagesMs[stage]) + ms);
      return;
    }
    if (stages.length >= MOST_STAGES) {
      problems.sayOnce('stage', 'count', `${MOST_STAGES} stages at most`, name);
      return;
    }
    tellOddStage(name, problems);
    stages.push(name);
    stagesMs.push(ms);
  }
}
