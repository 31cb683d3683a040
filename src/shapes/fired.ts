/** What the rules say at one tick, on its way to the decision. */
import type { KnobValue } from './knob.js';
import type { Mode, RulePhase } from './port.js';
import type { Rule } from './rule.js';

/** Kleene's three values; unknown never activates a rule. */
export type Truth = 'true' | 'false' | 'unknown';

/** Truth of `when`, and of `until` where the rule has one. */
export interface Verdict {
  when: Truth;
  until: Truth | null;
}

/** What a rule remembers between ticks; plain data, so that a recording can hold it. */
export interface RuleMemory {
  hash: string;
  phase: RulePhase;
  /** Tick time in ms since which it is in this phase. */
  sinceMs: number;
  /** How long `when` has been known true, in ms. */
  heldMs: number;
  wasTrue: boolean;
  blind: boolean;
  activations: number;
  /** When its step was last carried out in this activation; null before the first. */
  steppedAtMs: number | null;
  /**
   * The last known value of each action's right side, by the action's index: a bound whose fact becomes unknown stays
   * where it was.
   */
  values: Record<string, KnobValue>;
  /** Ended because its end could not be known, and still cannot. */
  endedBlind: boolean;
}

/** A rule at one tick. */
export interface FiredRule {
  rule: Rule;
  /** Of its set, capped by the run's mode. */
  mode: Mode;
  memory: Readonly<RuleMemory>;
  verdict: Verdict;
  isActive: boolean;
  /** Its step may be carried out now. One that has to wait stays due. */
  isStepDue: boolean;
}
