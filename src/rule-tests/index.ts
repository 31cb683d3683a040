export { type RecordedTest, recordedTest } from './as-test.js';
export { type RuleTestFiles, readRuleTests } from './read-files.js';
export { type RecordedRun, RunGatherer } from './recorded-run.js';
export type {
  Branch,
  CaseResult,
  RuleCoverage,
  RuleTestInput,
  RuleTestResults,
  TestFailure,
  Timeline,
} from './results.js';
export { runRuleTests } from './run-tests.js';
export { timeText } from './times.js';
