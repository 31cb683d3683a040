// Generated from schemas/control.schema.json by `npm run schemas`.

/**
 * What a person or a tool may ask of the running agent: the bodies of PUT /v1/level, /v1/preset, /v1/override/{knob} and of POST /v1/auto, and the query of GET /v1/history.
 */
export type Control = LevelBody | PresetBody | OverrideBody | AutoBody | HistoryQuery;
/**
 * Seconds until it ends, a week at most.
 */
export type ForS = number;
export type OverrideValue = number | string;

/**
 * A level by name; without forS it stands until changed.
 */
export interface LevelBody {
  value: string;
  forS?: ForS;
}
/**
 * A preset by name, camelCase or snake_case; without forS it stands until changed.
 */
export interface PresetBody {
  value: string;
  forS?: ForS;
}
/**
 * A person's value for one knob; it always expires, after 1200 s unless forS says else.
 */
export interface OverrideBody {
  value: OverrideValue;
  forS?: ForS;
}
/**
 * Whether rules may change anything; false freezes all but safety rules.
 */
export interface AutoBody {
  value: boolean;
}
/**
 * The query of GET /v1/history: a fact, from when to when (ISO 8601, or -30m from now), and in at most how many points; there is one more where the stretch begins within a step.
 */
export interface HistoryQuery {
  fact: string;
  from?: string;
  to?: string;
  points?: string;
}
