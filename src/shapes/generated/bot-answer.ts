// Generated from schemas/bot-answer.schema.json by `npm run schemas`.

/**
 * What the agent answers to a bot's hello and to its lines; what it tells it of the decision is in bot-decision.schema.json. A client ignores keys it does not know.
 */
export type BotAnswer = HelloAnswerBody | LinesAnswer;

/**
 * POST /v1/bot/hello.
 */
export interface HelloAnswerBody {
  /**
   * Goes as Evenkeel-Session with every later request.
   */
  session: string;
  /**
   * Seconds of silence that end the session.
   */
  leaseS: number;
  /**
   * Knob to value, only knobs that this bot offered.
   */
  decision: {
    [k: string]: number | string;
  };
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
/**
 * POST /v1/bot/frames, and POST /v1/bot/stream when it ends.
 */
export interface LinesAnswer {
  /**
   * Lines taken in, with those too old to be used.
   */
  accepted: number;
  rejected: number;
  /**
   * The first 100.
   */
  errors: {
    /**
     * Counts from 1 in the request.
     */
    line: number;
    message: string;
  }[];
  decision: {
    [k: string]: number | string;
  };
  revision: number;
}
