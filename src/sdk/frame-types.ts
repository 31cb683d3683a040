/// <reference lib="esnext.disposable" preserve="true" />
/** The profiling calls as a bot sees them: a frame, the model's run on it, and what they came to. */
import type { Scene } from '../frames/importance.js';

/** What a bot knows at a frame's end. */
export interface FrameEnd {
  /** Frames that wait in the bot's queue. */
  queueSize?: number;
  /** Frames lost since the line before. */
  drops?: number;
  /** Deliberate sleep before this frame, outside its time, in ms. */
  waitMs?: number;
  /** What is true of the frame, over what `shouldSkip` was told. */
  scene?: Scene;
}

/** What a model's run came to; null is what was not told. */
export interface InferenceMetrics {
  model: string;
  /** Side in pixels. */
  size: number | null;
  preprocessMs: number | null;
  inferenceMs: number | null;
  postprocessMs: number | null;
  /** The three parts together. */
  totalMs: number | null;
  detections: number | null;
  gpuMemoryMib: number | null;
}

/** What a frame came to, times in ms; null is what was not told. */
export interface FrameMetrics {
  /** Counts the bot's frames, skipped ones too, from 1. */
  id: number;
  /** From its begin to its end; so far, for a frame that still runs. */
  totalMs: number;
  /** 1000 ÷ totalMs: frames a second if all took as long; null for one that took no time. */
  fps: number | null;
  /** Pixels. */
  width: number | null;
  height: number | null;
  /** Empty for a frame that is not timed (`sample`). */
  stagesMs: Record<string, number>;
  inference: InferenceMetrics | null;
  queueSize: number | null;
  drops: number | null;
  waitMs: number | null;
}

/**
 * One frame of the bot's loop, timed from when it was begun. With `using` it ends where its block does. Nothing here
 * throws but the bot's own work: what cannot be recorded is left out, and `problem` of the bot says so.
 */
export interface Frame {
  /** Counts the bot's frames, skipped ones too, from 1. */
  readonly id: number;
  /** Times a stage: `work` itself or, when it gives a promise, until that is settled. A name's times add up. */
  stage<T>(name: string, work: () => T): T;
  /**
   * Records a stage timed elsewhere, in ms. A `capture` longer than the frame has lasted so far came before it, and the
   * frame then begins with it: record it before the other stages, for a shorter one is a part of the frame's time.
   */
  recordStage(name: string, ms: number): void;
  /** Begins the model's run on this frame; `size` is the side in pixels. A second one takes the place of the first. */
  inference(model: string, size: number | readonly [width: number, height: number]): Inference;
  /** The same for a block: the run ends when `work` does, or when its promise is settled. */
  inference<T>(
    model: string,
    size: number | readonly [width: number, height: number],
    work: (run: Inference) => T,
  ): T;
  /** Ends and reports the frame. A second call changes nothing and tells the same metrics. */
  finishFrame(end?: FrameEnd): FrameMetrics;
  /** Short for `finishFrame`. */
  finish(end?: FrameEnd): FrameMetrics;
  [Symbol.dispose](): void;
}

/**
 * One model's run on a frame, told in its parts, in ms. With `using` it ends where its block does. A run of which no part
 * is told counts as one: its time from begin to end is then that of the network.
 */
export interface Inference {
  recordPreprocessing(ms: number): void;
  recordInference(ms: number): void;
  recordPostprocessing(ms: number): void;
  /** How many things were found, once that is known. */
  detections: number;
  /**
   * Ends the run; its frame's metrics so far. Where the run began without a frame, its frame ends with it.
   * @param detections As `detections`, which stands unless given.
   */
  finishInference(detections?: number, gpuMemoryMib?: number): FrameMetrics;
  /** Short for `finishInference`. */
  finish(detections?: number, gpuMemoryMib?: number): FrameMetrics;
  [Symbol.dispose](): void;
}
