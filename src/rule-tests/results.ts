/** What running rule tests came to; plain data, so that a worker can hand it over. */
import type { ProfileFile } from '../rules/profile.js';
import type { FactValue } from '../shapes/reading.js';
import type { BookFile, Problem } from '../shapes/rule.js';

/** Everything that rule tests are made of, as texts. */
export interface RuleTestInput {
  /** The `*.test.yaml` files. `folder` is that of the rules beside them. */
  tests: readonly BookFile[];
  /** The rule files that they may list. Those with folder 0 are the shipped book. */
  files: readonly BookFile[];
  profiles: readonly ProfileFile[];
  /** Paths of the rule files whose coverage is asked for; those that the tests list unless given. */
  cover?: readonly string[];
}

/** One expectation that did not hold. */
export interface TestFailure {
  path: string;
  line: number;
  column: number;
  /** The first tick at which it did not hold, in ms from the start. */
  atMs: number;
  /** What was looked at: `rule cool-down`, `powerLimitW`. */
  subject: string;
  expected: string;
  actual: string;
  message: string;
}

/** A column of a timeline: a given fact, or a subject with what was expected of it. */
export interface TimelineColumn {
  title: string;
  /** A fact that went in: nothing is expected of it. */
  isGiven: boolean;
}

/** One subject at one tick, as text. */
export interface TimelineCell {
  actual: string;
  /** Null where nothing is expected at this tick. */
  expected: string | null;
  ok: boolean;
}

/** The ticks around what failed; the expected beside the actual. */
export interface Timeline {
  columns: TimelineColumn[];
  rows: { atMs: number; cells: TimelineCell[] }[];
}

/** What became of one test; lines count from 1. */
export interface CaseResult {
  file: string;
  name: string;
  line: number;
  ok: boolean;
  failures: TestFailure[];
  /** Null where the test passed. */
  timeline: Timeline | null;
}

/** One thing that a rule's tests should make happen. */
export interface Branch {
  what: string;
  line: number;
  seen: boolean;
}

/** What all tests together saw of one rule. */
export interface RuleCoverage {
  id: string;
  file: string;
  line: number;
  /** How often it became active in all tests together. */
  activated: number;
  /** How often it ended. */
  ended: number;
  branches: Branch[];
}

/** Everything that `evenkeel test` tells. */
export interface RuleTestResults {
  ok: boolean;
  passed: number;
  failed: number;
  /** What kept tests from being run: mistakes of test files and of the rules they list. */
  problems: Problem[];
  cases: CaseResult[];
  coverage: RuleCoverage[];
}

/** A value as a timeline shows it. */
export function valueText(value: FactValue | null): string {
  if (value === null) return '–';
  return typeof value === 'number' ? String(Number(value.toFixed(3))) : String(value);
}
