/** What is known of a frame, in the form that is cheapest to fill; its line and its metrics are made of it. */
import type { Scene } from '../frames/importance.js';
import { toMicros } from './bounds.js';
import type { FrameMetrics, InferenceMetrics } from './frame-types.js';

/** Stands for a number that was not told: objects whose fields never change their type are the fast ones. */
const UNTOLD = -1;

/** The model's run on a frame. */
export class InferenceRecord {
  readonly model: string;
  /** Side in pixels. */
  readonly size: number;
  preprocessMs: number = UNTOLD;
  inferenceMs: number = UNTOLD;
  postprocessMs: number = UNTOLD;
  detections: number = UNTOLD;
  gpuMemoryMib: number = UNTOLD;

  constructor(model: string, size: number | undefined) {
    this.model = model;
    this.size = size ?? UNTOLD;
  }

  /** The parts together in ms; below 0 when none was told. */
  get totalMs(): number {
    const { preprocessMs, inferenceMs, postprocessMs } = this;
    if (preprocessMs < 0 && inferenceMs < 0 && postprocessMs < 0) return UNTOLD;
    return Math.max(0, preprocessMs) + Math.max(0, inferenceMs) + Math.max(0, postprocessMs);
  }
}

/** One frame, processed or skipped. It goes through the queue; its text is made when it is sent. */
export class FrameRecord {
  readonly kind = 'frame';
  readonly id: number;
  /** The bot's monotonic time at which it began, in ms. */
  atMs: number;
  totalMs: number = UNTOLD;
  width: number = UNTOLD;
  height: number = UNTOLD;
  readonly stages: string[] = [];
  /** One for each stage. */
  readonly stagesMs: number[] = [];
  inference: InferenceRecord | null = null;
  waitMs: number = UNTOLD;
  queueSize: number = UNTOLD;
  drops: number = UNTOLD;
  /** Why it was skipped; null for a processed one. */
  skipReason: string | null = null;
  scene: Scene | null = null;

  constructor(id: number, atMs: number) {
    this.id = id;
    this.atMs = atMs;
  }
}

/** The line as bot-line.schema.json wants it: only what was told. Written out because JSON.stringify takes twice as long. */
export function frameText(record: FrameRecord): string {
  let text = `{"kind":"frame","id":${record.id},"atMs":${toMicros(record.atMs)}`;
  if (record.totalMs >= 0) text += `,"totalMs":${record.totalMs}`;
  if (record.width >= 0) text += `,"width":${record.width}`;
  if (record.height >= 0) text += `,"height":${record.height}`;
  const { stages, stagesMs } = record;
  for (let stage = 0; stage < stages.length; stage += 1) {
    text += `${stage === 0 ? ',"stagesMs":{' : ','}"${stages[stage]}":${toMicros(Number(stagesMs[stage]))}`;
  }
  if (stages.length > 0) text += '}';
  if (record.inference !== null) text += inferenceText(record.inference);
  if (record.waitMs >= 0) text += `,"waitMs":${toMicros(record.waitMs)}`;
  if (record.queueSize >= 0) text += `,"queueSize":${record.queueSize}`;
  if (record.drops >= 0) text += `,"drops":${record.drops}`;
  if (record.skipReason !== null) text += `,"skipped":true,"skipReason":"${record.skipReason}"`;
  if (record.scene !== null) text += `,"scene":${JSON.stringify(record.scene)}`;
  return `${text}}`;
}

function inferenceText(run: InferenceRecord): string {
  let text = `,"inference":{"model":${quoted(run.model)}`;
  if (run.size >= 0) text += `,"size":${run.size}`;
  if (run.preprocessMs >= 0) text += `,"preprocessMs":${toMicros(run.preprocessMs)}`;
  if (run.inferenceMs >= 0) text += `,"inferenceMs":${toMicros(run.inferenceMs)}`;
  if (run.postprocessMs >= 0) text += `,"postprocessMs":${toMicros(run.postprocessMs)}`;
  if (run.detections >= 0) text += `,"detections":${run.detections}`;
  if (run.gpuMemoryMib >= 0) text += `,"gpuMemoryMib":${run.gpuMemoryMib}`;
  return `${text}}`;
}

/** Frames of one loop name one model for a long time. */
let lastModel = '';
let lastQuoted = '""';

function quoted(model: string): string {
  if (model !== lastModel) {
    lastModel = model;
    lastQuoted = JSON.stringify(model);
  }
  return lastQuoted;
}

/** The metrics as of now; later changes of the record do not reach them. */
export function metricsOf(record: FrameRecord, totalMs: number): FrameMetrics {
  const stagesMs: Record<string, number> = {};
  for (let stage = 0; stage < record.stages.length; stage += 1) {
    stagesMs[String(record.stages[stage])] = toMicros(Number(record.stagesMs[stage]));
  }
  return {
    id: record.id,
    totalMs,
    fps: totalMs > 0 ? 1000 / totalMs : null,
    width: told(record.width),
    height: told(record.height),
    stagesMs,
    inference: record.inference === null ? null : inferenceMetrics(record.inference),
    queueSize: told(record.queueSize),
    drops: told(record.drops),
    waitMs: told(record.waitMs),
  };
}

function inferenceMetrics(run: InferenceRecord): InferenceMetrics {
  const totalMs = run.totalMs;
  return {
    model: run.model,
    size: told(run.size),
    preprocessMs: told(run.preprocessMs),
    inferenceMs: told(run.inferenceMs),
    postprocessMs: told(run.postprocessMs),
    totalMs: totalMs < 0 ? null : toMicros(totalMs),
    detections: told(run.detections),
    gpuMemoryMib: told(run.gpuMemoryMib),
  };
}

function told(value: number): number | null {
  return value < 0 ? null : value;
}
