/** `evenkeel/models`: YOLOv8 networks of true cost and random weights, run by ONNX Runtime in workers. */
export { type DecodeOptions, type Detection, decode } from './decode.js';
export { createLetterbox, type Filter, type Letterbox, type LetterboxShape } from './letterbox.js';
export type { Frame, InferenceCost } from './messages.js';
export { type CacheOptions, ensureModel, generateModel, modelPath } from './model-cache.js';
export { type NmsOptions, overlap, suppress } from './nms.js';
export {
  type ChangeOutcome,
  type InferenceResult,
  openRuntime,
  type Runtime,
  type RuntimeOptions,
} from './runtime.js';
export type { Size } from './size.js';
export { isModelName, MODELS, type ModelName, parameterCount, SIZE_STEP } from './yolov8-graph.js';
