/** What a dry-run came to: its JSON, and what its charts are drawn from. */
import type { KnobValue } from './knob.js';

/** What one rule did over a log. Times leave gaps out. */
export interface RuleOutcome {
  id: string;
  activations: number;
  activeS: number;
  /** Time in s during which its truth, or while it was active its end, could not be known. */
  blindS: number;
  /** Its condition was known to be true or false at one sample at least; else nothing is known of what it would do. */
  tried: boolean;
  /** Facts it looks at, also through signals, that the log never told. */
  lacks: string[];
}

/** What one knob was over a log. */
export interface KnobOutcome {
  changes: number;
  /** Time in s at each value, gaps left out. */
  timeAtS: Record<string, number>;
}

/** What the rules of one book came to over a log. */
export interface Outcome {
  samples: number;
  durationS: number;
  segments: number;
  /** Facts the rules look at that were never known. */
  factsMissing: string[];
  rules: RuleOutcome[];
  knobs: Record<string, KnobOutcome>;
  /** Lines of the digest. */
  decisions: number;
  digest: string;
}

/** A knob's change, seen in one or in both of two books. */
export interface Difference {
  /**
   * `comes`: with the rules only; `goes`: with the other book only; `moves`: at another time, maybe to another value;
   * `changes`: at the same time to another value, or by another rule.
   */
  kind: 'comes' | 'goes' | 'moves' | 'changes';
  knob: string;
  /** Seconds from the first sample, with the rules; null for what goes. */
  atS: number | null;
  /** The same with the other book; null for what comes. */
  againstAtS: number | null;
  /** `atS` minus `againstAtS`; null where there is one only. */
  byS: number | null;
  from: KnobValue | null;
  to: KnobValue | null;
  againstTo: KnobValue | null;
  /** `to` minus `againstTo`; null where they are no numbers. */
  byValue: number | null;
  /** The rule that decided, or `base`, or `override`. */
  rule: string | null;
  againstRule: string | null;
}

/** How two books differ over the same log. */
export interface BookDifference {
  same: number;
  comes: number;
  goes: number;
  moves: number;
  changes: number;
  /** In the order of time, the first thousand. */
  decisions: Difference[];
  /** Rules that fire more, less, longer or shorter, or that only one of the books has. */
  rules: RuleDifference[];
}

/** One rule in two books; null where a book does not have it. */
export interface RuleDifference {
  id: string;
  activations: number | null;
  againstActivations: number | null;
  activeS: number | null;
  againstActiveS: number | null;
}

/** What a log does not hold, and was taken to be as a profile says, so that rules can act at all. */
export interface Assumption {
  /**
   * `bot`: one that is connected, does not pause and offers these knobs; `card`: one that lets these be written;
   * `profile`: the card is none that anybody named.
   */
  what: 'bot' | 'card' | 'profile';
  /** Name of the profile that it follows. */
  profile: string;
  /** The value that each knob starts from. */
  knobs: Record<string, KnobValue>;
}

/** The JSON of a dry-run over one log. */
export interface DryRunReport extends Outcome {
  kind: 'replay' | 'whatIf';
  rejectedRows: number;
  /** Empty for a replay. */
  assumed: Assumption[];
  /** With `--against`: what the other book came to, and how they differ. */
  against?: Outcome;
  difference?: BookDifference;
}

/** A decided change of a knob. */
export interface Mark {
  /** Seconds from the first sample. */
  atS: number;
  knob: string;
  from: KnobValue;
  to: KnobValue;
  rule: string;
}

/** A fact over a log, in cells of equal time; null where it was not known. */
export interface FactTrack {
  fact: string;
  unit: string;
  min: (number | null)[];
  max: (number | null)[];
  mean: (number | null)[];
}

/** A knob over a log: its value at the end of each cell; null before it was offered. */
export interface KnobTrack {
  knob: string;
  /** Its values from low to high, where it has rungs; null for numbers. */
  rungs: string[] | null;
  values: (KnobValue | null)[];
  changes: number[];
}

/** A rule over a log: the share (0 to 1) of each cell in which it was active, and was blind. */
export interface RuleTrack {
  id: string;
  active: number[];
  blind: number[];
}

/** A log in at most a fixed number of cells, however long it is. */
export interface Timeline {
  /** Time of one cell in s. */
  cellS: number;
  cells: number;
  durationS: number;
  /** ISO 8601 of the first sample, without a zone where none is known; null where the log tells no date. */
  start: string | null;
  /** Where the log has a gap, in s from its first sample; the first of them. */
  gapsS: number[];
  facts: FactTrack[];
  knobs: KnobTrack[];
  rules: RuleTrack[];
  /** The first changes. */
  marks: Mark[];
  /** Changes that are counted only. */
  moreMarks: number;
}
