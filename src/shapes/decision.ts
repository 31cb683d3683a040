import type { KnobValue } from './knob.js';

/** Why a knob has its value, as a closed word list; the digest and the dashboard read it. */
export const REASON_CODES = [
  /** The value first seen, or the level's or preset's. */
  'base',
  /** Where earlier steps have put it. */
  'position',
  /** A rule stepped it at this tick. */
  'step',
  /** A change that did harm, or no good, was taken back at this tick. */
  'undo',
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
/** One of `REASON_CODES`. */
export type ReasonCode = (typeof REASON_CODES)[number];

/** Why a wish did not come, as a closed word list. */
export const LOSER_CODES = [
  'outranked',
  /** A rule's hold forbids that way. */
  'held',
  'bounded',
  /** A person's value stands. */
  'override',
  /** Another quality knob moved at this tick. */
  'oneKnob',
  'noRung',
  /** A change is on its way to its owner. */
  'inFlight',
  'settling',
  'scene',
  'backOff',
  'budget',
  /** The ledger found that this rung did no good. */
  'graded',
  'consent',
  /** Its owner cannot write it now. */
  'readOnly',
  'refused',
  /** The model and size were not offered together. */
  'notOffered',
  /** A rung every few seconds. */
  'rung',
  /** What capped the knob before cannot be judged. */
  'blind',
] as const;
/** One of `LOSER_CODES`. */
export type LoserCode = (typeof LOSER_CODES)[number];

/** Who wanted something else and why that did not come. */
export interface Loser {
  by: string;
  wanted: KnobValue | string;
  code: LoserCode;
  /** In words, with numbers. */
  reason: string;
  /** The rule, `profile` or `base` that it lost to. */
  to?: string;
}

/** What became of a change, told by a fact that the load does not move. */
export interface Grade {
  verdict: 'helped' | 'noEffect' | 'harmed' | 'void';
  /** The fact it was told by. */
  fact: string;
  /** The value after over the value before: as expected, and as it was; null where it could not be measured. */
  expectedRatio: string;
  ratio: number | null;
  before: number | null;
  after: number | null;
  /** In words: why it is void, or what follows from it. */
  why: string;
  /** Tick time in ms at which it was graded. */
  atMs: number;
}

/** A grade with the change it is of. */
export interface GradedChange {
  knob: string;
  from: KnobValue;
  to: KnobValue;
  /** The rule that made the change, or `base` for a knob on its way back. */
  by: string;
  /** Tick time in ms at which it was decided. */
  decidedAtMs: number;
  grade: Grade;
}

/** What a decision with more sets than the enforced ones would have been. */
export interface WouldBe {
  /** `recommend`: with the recommending sets; `shadow`: with these and the shadow sets. */
  mode: 'recommend' | 'shadow';
  /** The knobs in which it differs. */
  knobs: Record<string, { value: KnobValue; winner: string }>;
}

/** What one knob should be, and how that came about. */
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
  /** Tick time at which a person's value goes back unless it is confirmed. */
  confirmUntilMs?: number;
  /** Set where consent is missing or a set is not enforced: what would be written. */
  wouldBe?: KnobValue;
}

/** What one tick decides for all knobs. */
export interface Decision {
  atMs: number;
  /** Grows by one whenever a knob's value changes. */
  revision: number;
  knobs: Record<string, KnobDecision>;
  /** Ids of the active rules, sorted. */
  active: string[];
  /** Outside the digest; empty where every set is enforced. */
  wouldBe: WouldBe[];
}
