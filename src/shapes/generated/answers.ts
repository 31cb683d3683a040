// Generated from schemas/answers.schema.json by `npm run schemas`.

/**
 * What the running agent answers to those who read: GET /v1/snapshot, /v1/facts, /v1/recommendations and /v1/bottleneck, and what it refuses with. A client ignores keys it does not know.
 */
export type Answers =
  Snapshot | FactsAnswer | RecommendationsAnswer | BottleneckAnswer | Refusal | OpenApiDocument;
/**
 * Wall time, ISO 8601 in UTC.
 */
export type WallTime = string;
/**
 * Tick time in ms: the agent's own monotonic clock since it started.
 */
export type TickTime = number;
/**
 * A number in the unit that the fact's name tells, a claim or a word; null while it is unknown.
 */
export type MaybeValue = number | boolean | string | null;
export type MaybeWord = string | null;
export type MaybeNumber = number | null;
export type Known = number | boolean | string;

/**
 * GET /v1/snapshot: everything measured now. A fact that this machine cannot deliver, or that is unknown now, is null; GET /v1/facts says why.
 */
export interface Snapshot {
  at: WallTime;
  atMs: TickTime;
  system: Measured;
  /**
   * The bot's card first.
   */
  gpu: CardSnapshot[];
  /**
   * Null while nothing of it is known: without a bot, while it pauses, before its first frames.
   */
  inference: InferenceSnapshot | null;
  /**
   * Null while nothing of it is known.
   */
  frame: Measured | null;
  scene: Measured;
  agent: Measured;
  /**
   * The bot that is steered, or null.
   */
  bot: SnapshotBot | null;
  /**
   * The sources that are not real.
   */
  simulated: string[];
  /**
   * Facts by their whole names that were known and have become too old, with what they were.
   */
  stale: {
    [k: string]: {
      value: Known;
      ageMs: number;
    };
  };
}
/**
 * Facts of one group by the catalogue's names without the group's.
 */
export interface Measured {
  [k: string]: MaybeValue;
}
/**
 * A card and its facts.
 */
export interface CardSnapshot {
  name: string;
  uuid: string;
  simulated: boolean;
  [k: string]: MaybeValue | string | boolean;
}
/**
 * The facts of the active model, what it is, and the last known facts of each model.
 */
export interface InferenceSnapshot {
  model: MaybeWord;
  resolution: MaybeNumber;
  models: {
    [k: string]: Measured;
  };
  [k: string]:
    | number
    | boolean
    | string
    | null
    | {}
    | MaybeWord
    | MaybeNumber
    | {
        [k: string]: Measured;
      };
}
export interface SnapshotBot {
  name: string;
  session: string;
  paused: boolean;
  /**
   * Processed and skipped frames since the agent's start.
   */
  frames: number;
  /**
   * Names of the other bots.
   */
  observers: string[];
  maxFps: MaybeNumber;
}
/**
 * GET /v1/facts: every fact heard of, by its whole name.
 */
export interface FactsAnswer {
  at: WallTime;
  atMs: TickTime;
  facts: {
    [k: string]: FactAnswer;
  };
}
export interface FactAnswer {
  value: MaybeValue;
  /**
   * As people write it; empty for words, claims and counts.
   */
  unit: string;
  /**
   * The last three are unknown.
   */
  quality: 'measured' | 'derived' | 'declared' | 'simulated' | 'stale' | 'missing' | 'unsupported';
  /**
   * Of the last good value.
   */
  ageMs: number;
  /**
   * Why it is unknown.
   */
  why?: string;
  /**
   * The last good value, only while the value is unknown.
   */
  lastValue?: number | boolean | string;
}
/**
 * GET /v1/recommendations: what a person might do now. One stays the same, with its since, for as long as it stands.
 */
export interface RecommendationsAnswer {
  recommendations: Recommendation[];
}
/**
 * What an active rule advises or warns of, or what a rule would change that may not.
 */
export interface Recommendation {
  /**
   * The rule's id; card where the agent itself sees it of the card's settings; base for a knob on its way back.
   */
  rule: string;
  /**
   * What, why, and what it should bring.
   */
  text: string;
  /**
   * The knob that would change.
   */
  knob?: string;
  /**
   * What the knob would be.
   */
  value?: number | string;
  since: WallTime;
  /**
   * Of a warning.
   */
  severity?: 'info' | 'warning' | 'critical';
}
/**
 * GET /v1/bottleneck: what limits the frame rate, and the figures that say so.
 */
export interface BottleneckAnswer {
  at: WallTime;
  atMs: TickTime;
  /**
   * The fact state.bottleneck: the longest stage (yolo is the detector) while the load is above 90 %, else none; null while there are no frames.
   */
  bottleneck: string | null;
  /**
   * Why it is unknown.
   */
  why?: string;
  loadPercent: MaybeNumber;
  otherLoadPercent: MaybeNumber;
  goalFps: MaybeNumber;
  /**
   * Mean time of a frame.
   */
  frameMs: number | null;
  /**
   * Longest first.
   */
  stages: {
    name: string;
    ms: number;
    /**
     * Of the frame's time.
     */
    percent: number | null;
  }[];
  limitedBy: MaybeWord;
}
/**
 * Every answer that refuses; its status is that of the code (docs/errors.md). Further keys say what a program needs to react: range, reads.
 */
export interface Refusal {
  /**
   * Stays the same between versions.
   */
  code: string;
  /**
   * What was expected, what came, and what to do.
   */
  message: string;
  [k: string]: unknown;
}
/**
 * GET /v1/openapi.json: an OpenAPI 3.1 document of every path.
 */
export interface OpenApiDocument {
  openapi: string;
  info: {};
  paths: {};
  [k: string]: unknown;
}
