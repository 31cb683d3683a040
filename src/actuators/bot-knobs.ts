/** Model, resolution, frame skipping, streams, batch and capture rate: told to the bot, which changes them itself. */
import type { BotRegistry } from '../bot/index.js';
import type { FrameRules } from '../shapes/rule.js';
import type { TickEvent } from '../shapes/sample.js';
import type { Actuator } from './actuator.js';

/** The actuator of the knobs that the bot itself changes; it tells, and the bot answers with what it applied. */
export interface BotActuator extends Actuator {
  /** The frame rules that are told with the next `start`. */
  useFrameRules(frameRules: FrameRules): void;
}

/**
 * Publishes decided values to the controlling bot. `told` is called with the wire's revision and the decision's, so
 * that the bot's answer can be matched. The bot's own outcome lines arrive with its other lines; a bot that loses the
 * agent returns to its safe values by itself.
 */
export function openBotActuator(
  bots: BotRegistry,
  frameRules: FrameRules,
  told: (wire: number, decision: number) => void,
): BotActuator {
  let rules = frameRules;
  return {
    events: (): TickEvent[] => [],
    start(decided, revision) {
      told(bots.publish({ ...decided }, rules), revision);
    },
    useFrameRules(next) {
      rules = next;
    },
    restore: async () => {},
  };
}
