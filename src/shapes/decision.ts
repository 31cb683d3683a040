import type { KnobValue } from './knob.js';

/** Why a knob has its value, as a closed word list; the digest and the dashboard read it. */
export const REASON_CODES = [
  /** The value first seen, or the level's or preset's. */
  'base',
  /** Where earlier steps have put it. */
  'position',
  /** A rule stepped it at this tick. */
  'step',
  'set',
  'cap',
  'floor',
  /** A person's value. */
  'override',
  /** On its way back by rungs after a cap or override was lifted. */
  'return',
  /** Wanted otherwise, but settling, a scene, a budget or a back-off makes it wait. */
  'wait',
  /** No value satisfies all bounds, or the owner refused it. */
  'unsupported',
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

/** Who wanted something else and why that did not come. */
export interface Loser {
  by: string;
  wanted: KnobValue | string;
  reason: string;
}

export interface KnobDecision {
  value: KnobValue;
  /** `base`, `override` or the id of the rule that decided. */
  winner: string;
  reason: ReasonCode;
  losers: Loser[];
  /** What held the wanted value back: rule ids, `profile`, `bot` or `device`. */
  boundedBy: string[];
  /** Tick time at which a person's value ends. */
  expiresAtMs?: number;
  /** Set where consent is missing or the mode only recommends: what would be written. */
  wouldBe?: KnobValue;
}

export interface Decision {
  atMs: number;
  /** Grows by one whenever a knob's value changes. */
  revision: number;
  knobs: Record<string, KnobDecision>;
  /** Ids of the active rules, sorted. */
  active: string[];
}
