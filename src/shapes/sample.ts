/** The inputs of one tick: what a recording holds and what a replay obeys, in order. */
import type { KnobOffer, KnobValue, ModelOffer } from './knob.js';
import type { Readings, SlowerTier } from './reading.js';

/**
 * Numbers of one fact folded over the frames of one tick: count, sum, min, max and a log-bucket sketch
 * (`buckets` holds index, count, index, count, …; relative error 1 %).
 */
export interface Fold {
  n: number;
  sum: number;
  min: number;
  max: number;
  buckets: number[];
}

/** The frames that arrived from one session since the event before, folded. */
export interface FramesEvent {
  kind: 'frames';
  session: string;
  processed: number;
  skipped: number;
  dropped: number;
  /** Sketches by fact name (`frame.totalMs`, `inference.totalMs`, …), over processed frames where facts.md says so. */
  folds: Record<string, Fold>;
  /** Scene flags, true if true for any of these frames. */
  scene: Record<string, boolean>;
  /** The model and side that most of these frames ran. */
  inference?: { model: string; size: number };
}

/** A bot begins a session, or begins anew. */
export interface HelloEvent {
  kind: 'hello';
  session: string;
  name: string;
  /** False for an observer: its facts go under `bots.NAME.` and its knobs are not offered. */
  controls: boolean;
  maxFps?: number;
  /** The session of the same bot that this one takes the place of: it goes on, and offers other things. */
  replaces?: string;
  loop: 'newest' | 'queue';
  models: ModelOffer[];
  knobs: Record<string, KnobOffer>;
}

/** The outcome of a change: from the bot's `applied` line, or from the actuator of a device knob. */
export interface AppliedEvent {
  kind: 'applied';
  knob: string;
  /** The value in force afterwards. */
  value: KnobValue;
  ok: boolean;
  error?: string;
  tookMs: number;
  /** The decision revision it answers. */
  revision: number;
}

/** Another value than the one last told is in force of a device's knob, without the agent's doing. */
export interface ReadBackEvent {
  kind: 'readBack';
  knob: string;
  value: KnobValue;
  /** What it is taken for: see `Change` of the actuators. */
  why: 'moved' | 'reset' | 'late' | 'reasserted' | 'left';
}

/** What a person asked for over the control API or the command line. */
export type PersonEvent =
  | { kind: 'level'; value: string; forS?: number }
  | { kind: 'preset'; value: string; forS?: number }
  /** With `confirmS` it goes back after that many seconds unless it is confirmed. */
  | { kind: 'override'; knob: string; value: KnobValue; forS: number; confirmS?: number }
  | { kind: 'release'; knob: string }
  | { kind: 'auto'; value: boolean };

/** What happened between two ticks, told apart by `kind`. */
export type TickEvent =
  | FramesEvent
  | HelloEvent
  /** The session ended: by `bye`, or because its lease ran out. */
  | { kind: 'bye'; session: string; cause: 'bye' | 'lease' }
  | { kind: 'pause' | 'resume'; session: string }
  | AppliedEvent
  /** A device offers a knob, offers it otherwise, or (null) no longer. */
  | { kind: 'device'; knob: string; offer: KnobOffer | null }
  /** The bot's card is another one from this tick on: facts under `gpu.` and device knobs are that one's. */
  | { kind: 'card'; name: string }
  | ReadBackEvent
  /** A fact is read more rarely than the catalogue says, as its reading is dear; null: no longer. */
  | { kind: 'tier'; fact: string; tier: SlowerTier | null }
  | PersonEvent
  /** A person keeps the values of hardware that wait to be confirmed. */
  | { kind: 'confirm' };

/** One tick's inputs. */
export interface Sample {
  kind: 'sample';
  /** Monotonic time of the tick in whole ms since the agent started. */
  atMs: number;
  /** Wall clock in ms since 1970; whole but in a converted log, where it is as exact as it was written. */
  wallMs: number;
  /** Why the tick was taken: its time had come, somebody asked, or other rules went live. */
  cause: 'interval' | 'optimize' | 'reload';
  readings: Readings;
  events: TickEvent[];
  /** Of a converted log only: a new session of the tool begins here. */
  begins?: true;
  /** Of a converted log only: which process and swap chain the frame is of. */
  stream?: string;
}
