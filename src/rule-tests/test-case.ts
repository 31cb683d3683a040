/** A test that has been read and checked: what goes in at each tick, and what is looked at. */
import type { KnobValue } from '../shapes/knob.js';
import type { Mode } from '../shapes/port.js';
import type { Place } from '../shapes/rule.js';
import type { TickEvent } from '../shapes/sample.js';
import type { Matcher } from './matcher.js';
import type { Series } from './series.js';

/** Of what a value is looked at. */
export type SubjectKind =
  | 'rule'
  | 'blind'
  | 'knob'
  | 'fact'
  | 'winner'
  | 'waits'
  | 'changes'
  | 'wouldBe'
  | 'weight'
  | 'grade';

/** What an expectation is about. */
export interface Subject {
  kind: SubjectKind;
  /** A rule's id, a knob, a fact or a scene flag. */
  name: string;
}

/** One value that is looked at from one tick to another. */
export interface Check {
  subject: Subject;
  matcher: Matcher;
  /** Ticks, both ends in. */
  from: number;
  to: number;
  place: Place;
}

/** How a change ends: with its value, with the one of before, with another one; `late`: not at this tick. */
export type Answer = 'applied' | 'refused' | 'late' | { inForce: KnobValue };

/** One test as it is played; times are in ms from its first tick. */
export interface TestCase {
  name: string;
  place: Place;
  intervalMs: number;
  /** How many ticks it lasts, the one at 0 included. */
  ticks: number;
  given: ReadonlyMap<string, Series>;
  level: string;
  mode: Mode;
  start: Readonly<Record<string, KnobValue>>;
  ledger: boolean;
  /** By tick and knob. */
  answers: ReadonlyMap<number, ReadonlyMap<string, Answer>>;
  inputs: ReadonlyMap<number, readonly TickEvent[]>;
  checks: readonly Check[];
}
