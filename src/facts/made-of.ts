/** Which facts the agent makes itself, and of which others: what is made of something absent is absent too. */
import { ownOf } from '../own.js';

const OF_FRAMES = ['frame.totalMs', 'inference.totalMs'] as const;

/** The facts that a made one rests on, by its name; each of them is needed. */
const MADE_OF: Readonly<Record<string, readonly string[]>> = {
  'bot.maxFps': ['frame.fps'],
  'frame.loadPercent': ['frame.totalMs'],
  'frame.otherLoadPercent': OF_FRAMES,
  'gpu.thermalMarginC': ['gpu.temperatureC'],
  'inference.slowedPercent': ['inference.totalMs'],
  'predicted.gpu.temperatureC30s': ['gpu.temperatureC'],
  'predicted.modelDownLoadPercent': OF_FRAMES,
  'predicted.modelUpLoadPercent': OF_FRAMES,
  'predicted.resolutionDownLoadPercent': OF_FRAMES,
  'predicted.resolutionUpLoadPercent': OF_FRAMES,
};

/** Scores need real frames, and `state.bottleneck` a load: they are told like facts of a bot. */
const OF_A_BOT = /^state\.(?:bottleneck|\w+Score)$/;
const OWN_GROUP = /^(?:bot|level|limits|state)\./;
const NOTHING: readonly string[] = [];

/**
 * What the agent makes a fact of: nothing else where it knows it by itself, as it does a level or a knob; null for a fact
 * that somebody has to tell.
 */
export function madeOf(fact: string): readonly string[] | null {
  const inputs = ownOf(MADE_OF, fact);
  if (inputs !== undefined) return inputs;
  return OWN_GROUP.test(fact) && !OF_A_BOT.test(fact) ? NOTHING : null;
}
