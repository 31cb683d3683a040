/** The lines of a recording: every input of every tick, so that a replay comes to the same decisions. */
import type { RuleMemory } from '../shapes/fired.js';
import type { FrameLine } from '../shapes/generated/bot-line.js';
import type { KnobValue } from '../shapes/knob.js';
import type { Mode } from '../shapes/port.js';
import type { BookFile } from '../shapes/rule.js';
import type { Sample } from '../shapes/sample.js';
import type { WallClock } from './wall-time.js';

/** The word in the header by which a file is known to be a recording. */
export const FORMAT = 'evenkeel-recording';
/** Grows when a reader of before could not read it any more. */
export const FORMAT_VERSION = 1;

/** First line of each segment: all that a decision depends on and that does not change. */
export interface HeaderLine {
  kind: 'header';
  format: typeof FORMAT;
  version: number;
  agentVersion: string;
  /** ISO 8601; the same at the head of every segment of one run. Without a zone, or empty, where `clock` says why. */
  startedAt: string;
  /** What the samples' `wallMs` are where they are not universal; only of imported logs. */
  clock?: Exclude<WallClock, 'universal'>;
  /** Which segment this is the head of, from 2 on: the lines before are in the files before. */
  segment?: number;
  settings: {
    intervalMs: number;
    tierMs: { frame: number; fast: number; slow: number; rare: number; tick: number };
    mode: Mode;
    level: string;
    consent: boolean;
  };
  /** The profile's own file last, after those it extends; `overlay` is what the configuration laid over it. */
  profile: { name: string; files: { name: string; path: string; text: string }[]; overlay: ProfileOverlay };
  card: { name: string; simulated: boolean };
  /** The sources that are not real. */
  simulated: string[];
  /** Of a converted log of another tool, and of no run: what its reader has to know. */
  imported?: ImportedFrom;
  /** Whose recording it is; only where the person asked for it. */
  identity?: { host: string; user: string; commandLine: string[]; cardUuids: string[] };
}

/** What a converted log was before. */
export interface ImportedFrom {
  /** The format's name, as `inspect` tells it. */
  format: string;
  /** Each sample is one frame. */
  isPerFrame: boolean;
  /** The facts that a mapping named. */
  mapped?: string[];
}

/** Single values of the configuration laid over the profile. */
export interface ProfileOverlay {
  limits: Record<string, number>;
  /** Laid over every level. */
  level: Record<string, number | boolean>;
  /** Values that knobs start from where they are offered. */
  knobs: Record<string, string | number>;
}

/**
 * The text of every rule file, at the start and at each accepted reload; in force from the next sample on. The head of a
 * segment says again which one is in force.
 */
export interface BookLine {
  kind: 'book';
  atMs: number;
  hash: string;
  files: BookFile[];
}

/**
 * What the run remembers after the tick before, as plain data. One that comes before the first sample is of the run
 * before and is taken up; every later one can be checked, and is what a restarted agent takes up.
 */
export interface StateLine {
  kind: 'state';
  /** Version of what `rules` and `memory` hold. */
  version: number;
  /** Tick time in ms; negative where it is of the run before. */
  atMs: number;
  wallMs: number;
  /** By rule id; rules that remember nothing are left out. */
  rules: Record<string, RuleMemory>;
  /** The decision's memory. */
  memory: Record<string, unknown>;
}

/** A line of the digest, as it was added live. */
export interface DecisionLine {
  kind: 'decision';
  line: string;
}

/** What would be done if it were allowed, from this tick on; outside the digest, and replays leave it out. */
export interface WouldBeLine {
  kind: 'wouldBe';
  atMs: number;
  mode: 'recommend' | 'shadow';
  knob: string;
  /** Null when nothing else would be done any more. */
  value: KnobValue | null;
  /** The rule that would decide; null when nothing would. */
  winner: string | null;
}

/** One frame as its bot told it, before the sample that it is folded into; only where the person asked for it. */
export interface FrameRecord {
  kind: 'frame';
  session: string;
  frame: Omit<FrameLine, 'kind'>;
}

/** Last line of a run that ended in order. */
export interface EndLine {
  kind: 'end';
  atMs: number;
  samples: number;
  digest: string;
}

/** Every kind of line, told apart by `kind`. */
export type RecordingLine =
  | HeaderLine
  | BookLine
  | StateLine
  | Sample
  | DecisionLine
  | WouldBeLine
  | FrameRecord
  | EndLine;
