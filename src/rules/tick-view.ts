/** One tick as it is explained: what the rules said, what they saw, what was decided. */
import type { Decision, GradedChange } from '../shapes/decision.js';
import type { FiredRule } from '../shapes/fired.js';
import type { FactView } from '../shapes/reading.js';
import type { Book } from '../shapes/rule.js';

/** All that an explanation may look at, as it was at its tick. */
export interface TickView {
  /** Tick time in ms. */
  atMs: number;
  wallMs: number;
  /** Tick time in ms of the first tick: moments are told as seconds since. */
  startMs: number;
  fired: readonly FiredRule[];
  facts: FactView;
  decision: Decision;
  /** False while a person has switched the rules off. */
  auto: boolean;
  /** Until which tick time in ms a rule's probes are backed off, by rule id; only those that are. */
  backOff: Readonly<Record<string, number>>;
  /** Oldest first. */
  graded: readonly GradedChange[];
  overrides: Book['overrides'];
}
