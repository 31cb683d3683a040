/** What a core is made with, and what one tick of it comes to. */
import type { Evaluator } from '../rules/evaluate.js';
import type { Decision, GradedChange } from '../shapes/decision.js';
import type { FiredRule } from '../shapes/fired.js';
import type { KnobValue } from '../shapes/knob.js';
import type { Mode } from '../shapes/port.js';
import type { FactValue } from '../shapes/reading.js';
import type { Rule } from '../shapes/rule.js';
import type { AppliedEvent } from '../shapes/sample.js';

/** What a run is decided with from its first tick on; a recording's header holds it. */
export interface CoreSettings {
  /** Time between ticks in ms. */
  intervalMs: number;
  /** Interval in ms of each tier of facts. */
  tierMs: { frame: number; fast: number; slow: number; rare: number; tick: number };
  /** The run's mode: caps the mode of every set. */
  mode: Mode;
  level: string;
  /** A person has allowed hardware to be written. */
  consent: boolean;
}

/** A knob's change, with the facts that the rule behind it looked at; unknown ones are null. */
export interface KnobChange {
  knob: string;
  from: KnobValue;
  to: KnobValue;
  facts: Record<string, FactValue | null>;
}

/** What tests, what-ifs and replays do otherwise than a live run. */
export interface CoreOptions {
  /** `reference` is json-rules-engine, `compiled` the same conditions as closures; or what evaluates a book's rules. */
  engine?: 'reference' | 'compiled' | ((rules: readonly Rule[]) => Evaluator);
  /** Facts that are given as readings: nothing is derived over them, and the tick is their tier. */
  given?: ReadonlySet<string>;
  /** Whether a temperature that stands still while the power moves is doubted; by default where nothing is given. */
  watchFrozen?: boolean;
  /** Whether changes are graded. */
  ledger?: boolean;
}

/** What one tick comes to: what fired, what was decided, and what has to be told. */
export interface TickResult {
  fired: readonly FiredRule[];
  decision: Decision;
  changes: KnobChange[];
  /** Earlier changes that were graded at this tick. */
  grades: GradedChange[];
  /** Outcomes of earlier changes that arrived with this tick. */
  outcomes: { event: AppliedEvent; outcome: 'applied' | 'refused' | 'superseded' }[];
  /** The line this tick adds to the digest, or null. */
  digestLine: string | null;
  gap: boolean;
}
