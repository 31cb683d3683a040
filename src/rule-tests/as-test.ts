/**
 * A recorded run as a rule test. A test's world is simpler than a run's: its bot offers what the profile declares, every
 * change is applied at the next tick, and facts stay as given whatever is done about them. So what is expected is what
 * rules and knobs come to in that world, and where the run itself went another way is told.
 */
import { profileKnobs } from '../agent/profile-offer.js';
import type { Mode } from '../shapes/port.js';
import type { Profile } from '../shapes/profile.js';
import type { Problem } from '../shapes/rule.js';
import { playCase } from './play.js';
import { type Outcome, possibleValues, type RecordedRun } from './recorded-run.js';
import type { RuleTestInput } from './results.js';
import { prepare } from './run-tests.js';
import { expectationsOf, testText, type WrittenTest } from './write-test.js';

/** What a test is made with besides its run. */
export interface TestFrame {
  /** Path of the test file, from where its rules are named. */
  path: string;
  rules: readonly string[];
  profile: Profile;
  intervalMs: number;
  mode: Mode;
  comments: readonly string[];
}

/** The text of a test that passes, and how far it tells what the run did. */
export interface RecordedTest {
  text: string;
  expectations: number;
  /** Ticks at which every rule and knob was in the run as it is in the test. */
  sameTicks: number;
  /** What first went another way in the run, as a sentence; null where nothing did. */
  firstDifference: string | null;
}

/** Makes the test; `input` has the files that it lists. What keeps it from being run is told as problems. */
export async function recordedTest(
  run: RecordedRun,
  frame: TestFrame,
  input: Omit<RuleTestInput, 'tests'>,
): Promise<RecordedTest | { problems: Problem[] }> {
  const { path, rules, profile, intervalMs, mode } = frame;
  const written: WrittenTest = {
    comments: frame.comments,
    rules,
    profile: profile.name,
    intervalMs,
    level: run.level,
    mode,
    start: possibleValues(run.start, profileKnobs(profile)),
    name: `as recorded at ${new Date(run.wallMs).toISOString()}`,
    given: run.facts,
    inputs: run.inputs,
    // The form asks for one; what there is to expect is known once this was played.
    expect: [{ at: '0s', changes: { level: 0 } }],
  };
  const problems: Problem[] = [];
  const draft = { path, folder: 1, text: testText(written) };
  const runnable = prepare(draft, { ...input, tests: [] }, problems);
  const test = runnable?.cases[0];
  if (runnable === null || test === undefined) return { problems };
  const ticks = await playCase(test, runnable.book, runnable.profile, [], () => undefined);
  const played = ticks.map(
    ({ rules: states, result }): Outcome => ({
      rules: new Map([...states].map(([rule, { phase }]) => [rule, phase])),
      knobs: new Map(Object.entries(result.decision.knobs).map(([knob, { value }]) => [knob, value])),
    }),
  );
  const expect = expectationsOf(played, intervalMs);
  const differences = played.map((one, i) => differenceOf(one, run.outcomes[i]));
  const at = differences.findIndex((one) => one !== null);
  const firstDifference = at < 0 ? null : `at ${(at * intervalMs) / 1000} s ${differences[at]}`;
  const comments = [
    ...frame.comments,
    ...(firstDifference === null ? [] : [`The run itself went another way, first ${firstDifference}.`]),
  ];
  return {
    text: testText({ ...written, comments, expect }),
    expectations: expect.length,
    sameTicks: differences.filter((one) => one === null).length,
    firstDifference,
  };
}

function differenceOf(test: Outcome, run: Outcome | undefined): string | null {
  for (const [rule, phase] of test.rules) {
    const recorded = run?.rules.get(rule);
    if (recorded !== undefined && recorded !== phase) return `${rule} was ${recorded} and is ${phase} here`;
  }
  for (const [knob, value] of test.knobs) {
    const recorded = run?.knobs.get(knob);
    if (recorded !== undefined && recorded !== value) return `${knob} was ${recorded} and is ${value} here`;
  }
  return null;
}
