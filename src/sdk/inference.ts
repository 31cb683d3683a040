/** One model's run, told in its parts. */
import { isCount, isMib, isMs } from './bounds.js';
import type { InferenceRecord } from './frame-record.js';
import type { FrameMetrics, Inference } from './frame-types.js';
import type { Problems } from './problems.js';

/** What a run needs of its frame. */
export interface RunFrame {
  /** The metrics of a frame that may still run. */
  metricsNow(): FrameMetrics;
  /** Ends a frame that is the run's own. */
  finishWithRun(run: InferenceRecord): FrameMetrics;
}

/** How a run is told. */
export interface InferenceOptions {
  /** Whether its parts are recorded. */
  isTimed: boolean;
  /** Whether the frame is the run's own and ends with it. */
  isAlone: boolean;
  problems: Problems;
}

/** Fills the record of its frame until that is sent. */
export class TimedInference implements Inference {
  readonly #record: InferenceRecord;
  readonly #frame: RunFrame;
  readonly #isTimed: boolean;
  readonly #isAlone: boolean;
  readonly #problems: Problems;
  readonly #startMs: number = performance.now();
  #isOver = false;

  constructor(record: InferenceRecord, frame: RunFrame, options: InferenceOptions) {
    this.#record = record;
    this.#frame = frame;
    this.#isTimed = options.isTimed;
    this.#isAlone = options.isAlone;
    this.#problems = options.problems;
  }

  recordPreprocessing(ms: number): void {
    if (!isMs(ms)) this.#problems.sayOnce('inference', 'recordPreprocessing', 'milliseconds', ms);
    else if (this.#isTimed && !this.#isOver) this.#record.preprocessMs = ms;
  }

  recordInference(ms: number): void {
    if (!isMs(ms)) this.#problems.sayOnce('inference', 'recordInference', 'milliseconds', ms);
    else if (this.#isTimed && !this.#isOver) this.#record.inferenceMs = ms;
  }

  recordPostprocessing(ms: number): void {
    if (!isMs(ms)) this.#problems.sayOnce('inference', 'recordPostprocessing', 'milliseconds', ms);
    else if (this.#isTimed && !this.#isOver) this.#record.postprocessMs = ms;
  }

  get detections(): number {
    return Math.max(0, this.#record.detections);
  }

  set detections(count: number) {
    if (isCount(count)) this.#record.detections = count;
    else this.#problems.sayOnce('inference', 'detections', 'a whole number', count);
  }

  finishInference(detections?: number, gpuMemoryMib?: number): FrameMetrics {
    if (this.#isOver) return this.#frame.metricsNow();
    if (detections !== undefined) this.detections = detections;
    this.#isOver = true;
    const record = this.#record;
    if (this.#isTimed && record.totalMs < 0) record.inferenceMs = performance.now() - this.#startMs;
    if (isMib(gpuMemoryMib)) record.gpuMemoryMib = gpuMemoryMib;
    else if (gpuMemoryMib !== undefined)
      this.#problems.sayOnce('inference', 'gpuMemoryMib', 'MiB', gpuMemoryMib);
    return this.#isAlone ? this.#frame.finishWithRun(record) : this.#frame.metricsNow();
  }

  finish(detections?: number, gpuMemoryMib?: number): FrameMetrics {
    return this.finishInference(detections, gpuMemoryMib);
  }

  [Symbol.dispose](): void {
    this.finishInference();
  }
}
