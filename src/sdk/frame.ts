/** The profiling calls: a frame times itself, its stages and its inference, and becomes one line. */
import type { Scene } from '../frames/importance.js';
import type { FrameInference, FrameLine } from '../shapes/generated/bot-line.js';
import type { Frame, FrameEnd, Inference } from './types.js';

/** Names and counts beyond these make the agent refuse the whole line, so they are left out. */
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,31}$/;
const LARGEST_MS = 3_600_000;
const MOST_STAGES = 32;

/** Milliseconds to the microsecond; undefined for what is no duration. */
export function toMs(ms: number): number | undefined {
  return ms >= 0 && ms <= LARGEST_MS ? Math.round(ms * 1000) / 1000 : undefined;
}

/** Only what the wire takes: known kinds of names, true and false. */
export function toScene(scene: Scene): Record<string, boolean> | undefined {
  let flags: Record<string, boolean> | undefined;
  for (const name of Object.keys(scene)) {
    if (!NAME.test(name)) continue;
    flags ??= {};
    flags[name] = Boolean(scene[name]);
  }
  return flags;
}

/** Where a finished frame goes. */
export type Send = (line: FrameLine) => void;

/** Sends its line once, when it ends. */
export class TimedFrame implements Frame {
  readonly #line: FrameLine;
  readonly #send: Send;
  #startMs: number;
  #isOver = false;

  constructor(id: number, size: readonly [number, number], scene: Scene | null, send: Send) {
    this.#startMs = performance.now();
    this.#send = send;
    this.#line = { kind: 'frame', id, atMs: this.#startMs };
    const [width, height] = size;
    if (isSide(width)) this.#line.width = width;
    if (isSide(height)) this.#line.height = height;
    const flags = scene === null ? undefined : toScene(scene);
    if (flags !== undefined) this.#line.scene = flags;
  }

  stage<T>(name: string, work: () => T): T {
    const startMs = performance.now();
    let isPending = false;
    const record = (): void => this.#addStage(name, performance.now() - startMs);
    try {
      const result = work();
      if (!(result instanceof Promise)) return result;
      isPending = true;
      return result.finally(record) as T;
    } finally {
      if (!isPending) record();
    }
  }

  recordStage(name: string, ms: number): void {
    if (name === 'capture' && ms > performance.now() - this.#startMs && ms <= LARGEST_MS) this.#startMs -= ms;
    this.#addStage(name, ms);
  }

  inference(model: string, size: number | readonly [number, number]): Inference {
    const side = typeof size === 'number' ? size : Math.max(...size);
    const line: FrameInference = {
      model: String(model).slice(0, 128),
      ...(isSide(side) ? { size: side } : {}),
    };
    this.#line.inference = line;
    return new TimedInference(line);
  }

  finish({ queueSize, drops, waitMs, scene }: FrameEnd = {}): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const line = this.#line;
    line.atMs = Math.max(0, Math.round(this.#startMs * 1000) / 1000);
    line.totalMs = Math.min(LARGEST_MS, Math.round((performance.now() - this.#startMs) * 1000) / 1000);
    const waited = waitMs === undefined ? undefined : toMs(waitMs);
    if (waited !== undefined) line.waitMs = waited;
    if (isCount(queueSize)) line.queueSize = queueSize;
    if (isCount(drops)) line.drops = drops;
    if (scene !== undefined) line.scene = { ...line.scene, ...toScene(scene) };
    this.#send(line);
  }

  #addStage(name: string, ms: number): void {
    const took = toMs(ms);
    if (took === undefined || !NAME.test(name)) return;
    this.#line.stagesMs ??= {};
    const stages = this.#line.stagesMs;
    const before = Object.hasOwn(stages, name) ? stages[name] : undefined;
    if (before === undefined && Object.keys(stages).length >= MOST_STAGES) return;
    stages[name] = before === undefined ? took : (toMs(before + took) ?? before);
  }
}

class TimedInference implements Inference {
  readonly #line: FrameInference;

  constructor(line: FrameInference) {
    this.#line = line;
  }

  recordPreprocessing(ms: number): void {
    this.#record('preprocessMs', ms);
  }

  recordInference(ms: number): void {
    this.#record('inferenceMs', ms);
  }

  recordPostprocessing(ms: number): void {
    this.#record('postprocessMs', ms);
  }

  finish(detections: number, gpuMemoryMib?: number): void {
    if (isCount(detections)) this.#line.detections = detections;
    if (gpuMemoryMib !== undefined && gpuMemoryMib >= 0 && gpuMemoryMib <= 16_777_216) {
      this.#line.gpuMemoryMib = gpuMemoryMib;
    }
  }

  #record(key: 'preprocessMs' | 'inferenceMs' | 'postprocessMs', ms: number): void {
    const took = toMs(ms);
    if (took !== undefined) this.#line[key] = took;
  }
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 0 && value <= 1_000_000_000;
}

function isSide(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 16_384;
}
