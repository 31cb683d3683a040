/** A checked book of rules: what the YAML says, with every name resolved and every default filled in. */
import type { KnobValue } from './knob.js';
import type { Mode } from './port.js';
import type { FactValue } from './reading.js';

/** Where something stands in a file; line and column count from 1. */
export interface Place {
  path: string;
  line: number;
  column: number;
}

/** The right side of a comparison: a literal, or another fact times a number plus a number. */
export type Operand = { literal: FactValue } | { fact: string; times: number; plus: number };

/** Comparisons of numbers by their order; `above` and `below` leave the threshold itself out. */
export const ORDER_OPERATORS = ['above', 'atLeast', 'below', 'atMost'] as const;
/** One of `ORDER_OPERATORS`. */
export type OrderOperator = (typeof ORDER_OPERATORS)[number];

/** A checked condition as a tree; names that it refers to are resolved. */
export type Condition =
  | { op: 'all' | 'any'; children: Condition[] }
  | { op: 'not'; child: Condition }
  | { op: 'ref'; name: string; child: Condition }
  | { op: OrderOperator; fact: string; right: Operand }
  | { op: 'is' | 'isNot'; fact: string; right: Operand }
  | { op: 'oneOf' | 'noneOf'; fact: string; values: FactValue[] }
  | { op: 'between'; fact: string; low: number; high: number }
  | { op: 'known'; fact: string; known: boolean };

/** Towards more of what the knob counts, or less; on a ladder, towards its end or its start. */
export type Way = 'up' | 'down';

/** What an active rule does; `recommend` and `alert` only tell people. */
export type Action =
  | { kind: 'cap' | 'floor' | 'set'; knob: string; value: Operand }
  | { kind: 'step'; knob: string; by: number | 'fit' }
  | { kind: 'hold'; knob: string; way: Way }
  | { kind: 'recommend'; title: string; try?: string; gain?: string }
  | { kind: 'alert'; severity: 'info' | 'warning' | 'critical'; title: string };

/** Where a signal's value comes from. All times are of ticks, in ms. */
export type SignalSource =
  | { kind: SignalFold; fact: string; overMs: number }
  /** Least-squares slope over `overMs`, per `perMs`. */
  | { kind: 'slope'; fact: string; overMs: number; perMs: number }
  | { kind: 'ewma'; fact: string; halfLifeMs: number }
  | { kind: 'scaled'; fact: string; times: number; plus: number }
  /** Seconds since the newest reading. */
  | { kind: 'age'; fact: string };

/** How the values of a window become one number. */
export const SIGNAL_FOLDS = ['avg', 'min', 'max', 'sum', 'p50', 'p95', 'p99'] as const;
/** One of `SIGNAL_FOLDS`. */
export type SignalFold = (typeof SIGNAL_FOLDS)[number];

/** A fact that the book derives at every tick from others. */
export interface Signal {
  /** Its name as a fact. */
  name: string;
  place: Place;
  source: SignalSource;
  /** Changes when, and only when, the definition does; its past is kept while it stays. */
  hash: string;
}

/** What a change should do to a fact: the value after it over the value before it. */
export interface Expectation {
  fact: string;
  /** The ratio is at most this; null where only `atLeast` bounds it. */
  atMost: number | null;
  atLeast: number | null;
}

/** One checked rule; every default is filled in and times are in ms. */
export interface Rule {
  id: string;
  set: string;
  place: Place;
  priority: number;
  safety: boolean;
  when: Condition;
  until: Condition | null;
  forMs: number;
  everyMs: number | null;
  cooldownMs: number;
  blind: 'hold' | 'release';
  /** The file says which: its word stands even where letting go raises load or watts. */
  blindSaid: boolean;
  actions: Action[];
  /** Takes the place of the knob's own expectation when the change is graded. */
  expect: Expectation | null;
  because: string;
  /** Changes when, and only when, the rule's definition does; state is kept while it stays. */
  hash: string;
}

/** What a person asks of a run: a rate in frames a second, a load in %, and what may be used for it. */
export interface Level {
  title?: string;
  useCase?: string;
  targetFps: number;
  gpuUsageLimitPercent: number;
  dynamicResolution: boolean;
  frameSkipping: boolean;
  tensorrt: boolean;
  batchProcessing: boolean;
  because?: string;
}

/** A level with what is laid over it. */
export interface Preset {
  title?: string;
  level: string;
  weights?: Record<string, number>;
  knobs?: Record<string, KnobValue>;
}

/** How much a frame matters and which may be skipped; what the SDKs are handed. */
export interface FrameRules {
  weights: Record<string, number>;
  maxImportance: number;
  never: string[];
  maxSkipRun: number;
  maxAgeMs: number;
}

/** The text of one rule file as it was read. `folder` is its place in the order of folders. */
export interface BookFile {
  /** Path as people are told it, never absolute in a recording. */
  path: string;
  folder: number;
  text: string;
}

/** Everything that files of rules define, later folders laid over earlier ones. */
export interface Book {
  files: BookFile[];
  /** sha256 over paths and texts. */
  hash: string;
  /** Mode of each set by name. */
  sets: Record<string, Mode>;
  /** In an order in which each comes after those it uses. */
  signals: Signal[];
  rules: Rule[];
  levels: Record<string, Level>;
  presets: Record<string, Preset>;
  frames: FrameRules;
  /** What a later folder replaced, switched off or tuned. */
  overrides: { id: string; file: string; over: string }[];
}

/** A mistake or a warning in a file. */
export interface Problem {
  path: string;
  line: number;
  column: number;
  /** Stable word for the kind of mistake. */
  code: string;
  rule: string | null;
  message: string;
  expected: string | null;
  /** A rule test in YAML that shows the mistake happen, where one was found. */
  trace?: string;
  severity: 'error' | 'warning';
}
