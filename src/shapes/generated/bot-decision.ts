// Generated from schemas/bot-decision.schema.json by `npm run schemas`.

/**
 * What the agent tells a bot: GET /v1/bot/decision, the decision events, and part of every other answer. A client ignores keys it does not know.
 */
export interface BotDecision {
  /**
   * Knob to value, only knobs that this bot offered.
   */
  decision: {
    [k: string]: number | string;
  };
  /**
   * Grows whenever the decision or the frame rules change.
   */
  revision: number;
  frameRules: FrameRules;
}
/**
 * How the bot decides which frames to skip.
 */
export interface FrameRules {
  /**
   * Factor on a frame's importance by scene flag.
   */
  weights: {
    [k: string]: number;
  };
  /**
   * The most that the product of the weights may come to.
   */
  maxImportance: number;
  /**
   * Scene flags under which a frame is never skipped.
   *
   * @maxItems 32
   */
  never: string[];
  /**
   * The most frames skipped in a row.
   */
  maxSkipRun: number;
  /**
   * A frame is processed when the last processed one is at least this old.
   */
  maxAgeMs: number;
}
