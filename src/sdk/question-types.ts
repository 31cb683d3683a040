/** What a bot may ask the agent, and what it is told. */
import type { Decision } from '../shapes/decision.js';
import type { BottleneckAnswer, Recommendation, Snapshot } from '../shapes/generated/answers.js';
import type { SetAnswer } from '../shapes/port.js';

/**
 * Questions to the agent, answered within 2 s. None rejects: without an agent, or with one that refuses, the answer is
 * null and `problem` of the bot says why. While one is under way the process stays.
 */
export interface Questions {
  /** Evaluates the rules now, outside the interval (POST /v1/optimize); the decision. */
  forceOptimization(): Promise<Decision | null>;
  /** Takes a preset (PUT /v1/preset) for this many seconds, until changed unless given. */
  applyPreset(name: string, forS?: number): Promise<SetAnswer | null>;
  /** What a person might do now (GET /v1/recommendations). */
  recommendations(): Promise<Recommendation[] | null>;
  /** Everything measured now (GET /v1/snapshot). */
  snapshot(): Promise<Snapshot | null>;
  /** What limits the frame rate, and the figures that say so (GET /v1/bottleneck). */
  bottleneckAnalysis(): Promise<BottleneckAnswer | null>;
  /**
   * Writes one JSON document `{ at, snapshot, knobs, bottleneck, recommendations, decisions }`, decisions those since the
   * agent's start; its absolute path. A file that is there is replaced, whole or not at all.
   */
  export(file: string): Promise<string | null>;
}
