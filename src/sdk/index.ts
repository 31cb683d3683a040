/** What a bot imports: `import { connect } from 'evenkeel/sdk'`. It needs nothing but Node. */
export { type Changes, FrameChange, type FrameChangeOptions, type ShareRect } from '../frames/change.js';
export {
  type PixelLayout,
  THUMBNAIL_BYTES,
  THUMBNAIL_HEIGHT,
  THUMBNAIL_WIDTH,
  thumbnail,
} from '../frames/thumbnail.js';
export type { BottleneckAnswer, Recommendation, Snapshot } from '../shapes/generated/answers.js';
export { connect } from './bot.js';
export type { Frame, FrameEnd, FrameMetrics, Inference, InferenceMetrics } from './frame-types.js';
export type { Questions } from './question-types.js';
export type {
  Bot,
  ConnectOptions,
  KnobSpec,
  KnobValue,
  ModelOffer,
  ModelSpec,
  Offer,
  Scene,
} from './types.js';
