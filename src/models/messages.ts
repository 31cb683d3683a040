/** What the agent's or bot's thread and a model's worker say to each other; closed sets on `kind`. */
import type { ErrorCode } from '../errors.js';
import type { Detection } from './decode.js';
import type { Size } from './size.js';
import type { ModelName } from './yolov8-graph.js';

/** A picture: `data` is row by row, 3 (RGB) or 4 (RGBA) bytes a pixel. */
export interface Frame {
  data: Uint8Array<ArrayBuffer>;
  width: number;
  height: number;
}

/** What one inference found and cost, in milliseconds of wall time. */
export interface InferenceCost {
  /** In pixels of the frame, best first. */
  detections: Detection[];
  preprocessMs: number;
  inferenceMs: number;
  postprocessMs: number;
}

/** What a worker begins with; it holds this one model until it ends. */
export interface LoadRequest {
  kind: 'load';
  model: ModelName;
  cacheDir: string;
  seed: number;
  /** Threads ONNX Runtime uses inside one inference. */
  threads: number;
  /** Size of the one inference that is run before the model counts as ready. */
  warmSize: Size;
}

/** What a worker is asked; `id` names the frame in the answer. */
export type ToWorker =
  | LoadRequest
  | { kind: 'infer'; id: number; frame: Frame; size: Size }
  /** Finish what was asked before, free the model and end. */
  | { kind: 'release' };

/** What a worker tells; frames travel back with their result. */
export type FromWorker =
  | { kind: 'progress'; text: string }
  | { kind: 'ready' }
  | { kind: 'loadFailed'; error: PortableError }
  | { kind: 'result'; id: number; frame: Frame; cost: InferenceCost }
  | { kind: 'inferFailed'; id: number; error: PortableError };

/** An error as it crosses a thread: classes do not survive the copy. */
export interface PortableError {
  code: ErrorCode;
  message: string;
}
