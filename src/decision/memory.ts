/** What the decision remembers from tick to tick: plain data, so that a recording can hold it. */
import type { GradedChange } from '../shapes/decision.js';
import type { KnobOffer, KnobValue, ModelOffer } from '../shapes/knob.js';

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
}

/** A probe's rule: how long it must wait after being corrected, and the probe that still may be. */
export interface BackOff {
  waitMs: number;
  blockedUntilMs: number;
  open: { atMs: number; knob: string; rewarded: boolean } | null;
}

export interface Settling {
  knob: string;
  sinceMs: number;
  frames: number;
  /** Full ticks with frames since. */
  ticks: number;
}

/** A person's wish that ends; `before` is what stands again then. */
export interface Timed<T> {
  value: T;
  expiresAtMs: number | null;
  before: T | null;
}

export interface DecisionMemory {
  revision: number;
  auto: boolean;
  level: Timed<string>;
  preset: Timed<string | null>;
  knobs: Record<string, KnobMemory>;
  /** The controlling bot's grid of models and sizes. */
  models: ModelOffer[];
  overrides: Record<string, { value: KnobValue; expiresAtMs: number }>;
  settling: Settling | null;
  /** By rule id, or `return.KNOB` for climbs after a lifted cap. */
  backOff: Record<string, BackOff>;
  /** Tick times of corrected probes of model and resolution. */
  reversals: number[];
  /** A level, preset or target changed at this tick: values go to their base at once. */
  rebased: boolean;
  ledger: Ledger;
}

/** What automatic changes came to. */
export interface Ledger {
  /** The newest graded changes, oldest first. */
  graded: GradedChange[];
}

/** The wait of a probe's rule before anything went wrong. */
export const FIRST_WAIT_MS = 5_000;

export function newDecisionMemory(level: string): DecisionMemory {
  return {
    revision: 0,
    auto: true,
    level: { value: level, expiresAtMs: null, before: null },
    preset: { value: null, expiresAtMs: null, before: null },
    knobs: {},
    models: [],
    overrides: {},
    settling: null,
    backOff: {},
    reversals: [],
    rebased: false,
    ledger: { graded: [] },
  };
}

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
  };
}
