/** What a bot imports: `import { connect } from 'evenkeel/sdk'`. It needs nothing but Node. */
export { connect } from './bot.js';
export type {
  Bot,
  ConnectOptions,
  Frame,
  FrameEnd,
  Inference,
  KnobSpec,
  KnobValue,
  ModelOffer,
  ModelSpec,
  Scene,
} from './types.js';
