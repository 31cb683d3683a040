// Generated from schemas/ofrep.schema.json by `npm run schemas`.

/**
 * OpenFeature's remote evaluation protocol as this agent speaks it (https://github.com/open-feature/protocol, 0.1.0): the decision's knobs as flags. A client ignores keys it does not know.
 */
export type Ofrep = OfrepRequest | OfrepEvaluation | OfrepBulk | OfrepFailure;

/**
 * The body of both requests; it may be left out. The context changes nothing: one decision is for all.
 */
export interface OfrepRequest {
  context?: {
    targetingKey?: string;
  };
}
/**
 * One knob of the newest decision.
 */
export interface OfrepEvaluation {
  /**
   * The knob.
   */
  key: string;
  /**
   * What is decided.
   */
  value: number | string;
  /**
   * The value as a word.
   */
  variant: string;
  /**
   * TARGETING_MATCH where a rule decided, STATIC where level, preset or a person did, UNKNOWN where nothing satisfies all bounds.
   */
  reason: 'STATIC' | 'TARGETING_MATCH' | 'UNKNOWN';
  metadata: OfrepMetadata;
}
export interface OfrepMetadata {
  /**
   * The rule that decided, base or override.
   */
  rule: string;
  /**
   * The reason of the decision, such as step, cap or base.
   */
  decidedBy: string;
  /**
   * What is in force at its owner, who may not have applied it yet.
   */
  inForce: number | string;
  /**
   * What held the wanted value back, separated by commas.
   */
  boundedBy?: string;
  /**
   * ISO 8601: when a person's value ends.
   */
  expiresAt?: string;
  /**
   * What would be decided if it were allowed.
   */
  wouldBe?: number | string;
}
/**
 * All knobs; the ETag of the answer changes with it.
 */
export interface OfrepBulk {
  flags: OfrepEvaluation[];
}
/**
 * Why nothing was evaluated: code and message as in every refusal, and the same in OpenFeature's words.
 */
export interface OfrepFailure {
  /**
   * Of the request for one flag.
   */
  key?: string;
  code: string;
  message: string;
  errorCode: 'PARSE_ERROR' | 'INVALID_CONTEXT' | 'FLAG_NOT_FOUND' | 'GENERAL';
  errorDetails: string;
  [k: string]: unknown;
}
