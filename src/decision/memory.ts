/**
 * What the decision remembers from tick to tick: plain data, so that a recording can hold it. Its records are written
 * under names that came from outside, and so inherit nothing.
 */
import { bareRecord } from '../own.js';
import type { GradedChange } from '../shapes/decision.js';
import type { KnobOffer, KnobValue, ModelOffer } from '../shapes/knob.js';
import type { Way } from '../shapes/rule.js';
import type { Measure } from './expectation.js';

/** One knob that somebody offers. */
export interface KnobMemory {
  owner: 'bot' | 'device' | 'agent';
  offer: KnobOffer;
  /** The level's or preset's value, else the value first seen. */
  base: KnobValue;
  /** Where steps have put it; null while none has. */
  position: KnobValue | null;
  /** The rule that stepped last. */
  steppedBy: string | null;
  /** The bot that it was stepped for is gone: it goes back to its base as soon as the card's heat is known. */
  isOwed?: true;
  /** The newest decided value. */
  decided: KnobValue;
  /** The value in force, as its owner says. */
  applied: KnobValue;
  /** The change its owner has not answered yet. */
  sent: { atMs: number; revision: number } | null;
  /** When its decided value last changed, in ms of tick time. */
  movedAtMs: number;
  /** A value its owner refused, not tried again before then. */
  refused: { value: KnobValue; untilMs: number } | null;
  /** Since when relief waits for a scene to end. */
  reliefDueMs: number | null;
  /** The rules that cap, floor or set it, or did so and it is still on its way back. */
  claimedBy: string[];
}

/** A probe's rule: how long it must wait after being corrected, and its newest probe while that still may be. */
export interface BackOff {
  waitMs: number;
  blockedUntilMs: number;
  /** `probesAtMs` are the probes of the minute before the newest, which a correction would undo with it. */
  open: { atMs: number; knob: string; rewarded: boolean; probesAtMs: number[] } | null;
}

/** A change whose effect cannot be judged yet. */
export interface Settling {
  knob: string;
  sinceMs: number;
  frames: number;
  /** Full ticks with frames since. */
  ticks: number;
}

/** A person's wish that ends; `before` holds what stands again then, which may be nothing: null in it. */
export interface Timed<T> {
  value: T;
  expiresAtMs: number | null;
  before: { value: T } | null;
}

/** A person's value of a knob. */
export interface Override {
  value: KnobValue;
  expiresAtMs: number;
  /** It goes back then, because nobody has confirmed it yet; absent where it stands. */
  confirmUntilMs?: number;
  /** What stands again then: the one before it that had been confirmed. */
  before?: { value: KnobValue; expiresAtMs: number };
}

/** All of it is plain data; times are tick times in ms. */
export interface DecisionMemory {
  revision: number;
  auto: boolean;
  level: Timed<string>;
  preset: Timed<string | null>;
  knobs: Record<string, KnobMemory>;
  /** The controlling bot's grid of models and sizes. */
  models: ModelOffer[];
  overrides: Record<string, Override>;
  settling: Settling | null;
  /** By rule id, or `return.KNOB` for climbs after a lifted cap. */
  backOff: Record<string, BackOff>;
  /** Tick times of corrected probes of model and resolution. */
  reversals: number[];
  /** A level, preset or target changed at this tick: values go to their base at once. */
  rebased: boolean;
  ledger: Ledger;
  /** What knobs were before a restart of the agent, until their owners offer them again. */
  before: Record<string, KnobMemory>;
}

/** What automatic changes came to. */
export interface Ledger {
  /** Changes that are not graded yet. */
  open: OpenChange[];
  /** The newest graded changes, oldest first. */
  graded: GradedChange[];
  /** Those of them that were graded since the tick before. */
  fresh: GradedChange[];
  /** What goes back to its old value at the next decision, by knob. */
  undo: Record<string, { value: KnobValue; by: string }>;
  blocked: BlockedWay[];
}

/** A change until it is graded, with what was measured when it was decided. */
export interface OpenChange {
  knob: string;
  from: KnobValue;
  to: KnobValue;
  /** The rule, or `return.KNOB`. */
  by: string;
  /** It moved the knob's position, so that it can be taken back; a cap or a set stands while its rule does. */
  isStep: boolean;
  way: Way;
  decidedAtMs: number;
  appliedAtMs: number | null;
  /** Frames processed since it was applied. */
  frames: number;
  measure: Measure;
  before: number | null;
  frameMs: number | null;
  inferenceMs: number | null;
  otherLoadPercent: number | null;
  isScene: boolean;
  /** Of a power limit: the rate before, where it was known. */
  fps?: number;
}

/** A way of a knob that did no good. */
export interface BlockedWay {
  knob: string;
  way: Way;
  /** That rung alone; null for the whole way. */
  value: KnobValue | null;
  /** For that rule alone; null for all. */
  by: string | null;
  untilMs: number;
  /** The situation it was found in: another one lifts it. */
  otherLoadPercent: number | null;
  inferenceMs: number | null;
}

/** The wait of a probe's rule before anything went wrong. */
export const FIRST_WAIT_MS = 5_000;

/** The memory at the first tick, before any knob is offered. */
export function newDecisionMemory(level: string): DecisionMemory {
  return {
    revision: 0,
    auto: true,
    level: { value: level, expiresAtMs: null, before: null },
    preset: { value: null, expiresAtMs: null, before: null },
    knobs: bareRecord(),
    models: [],
    overrides: bareRecord(),
    settling: null,
    backOff: bareRecord(),
    reversals: [],
    rebased: false,
    ledger: { open: [], graded: [], fresh: [], undo: bareRecord(), blocked: [] },
    before: bareRecord(),
  };
}

/** A knob as its owner offers it, untouched so far. */
export function newKnobMemory(owner: KnobMemory['owner'], offer: KnobOffer, atMs: number): KnobMemory {
  return {
    owner,
    offer,
    base: offer.value,
    position: null,
    steppedBy: null,
    decided: offer.value,
    applied: offer.value,
    sent: null,
    movedAtMs: atMs,
    refused: null,
    reliefDueMs: null,
    claimedBy: [],
  };
}
