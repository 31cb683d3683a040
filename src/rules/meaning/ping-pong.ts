/**
 * Rules that push a knob back and forth while the world outside stands still: one is true, what it does to the facts
 * makes the other true, and what that does makes the first true again. Waits slow such a cycle, they do not end it.
 */
import type { FactValue } from '../../shapes/reading.js';
import type { Place, Problem } from '../../shapes/rule.js';
import { factsOf } from '../conditions.js';
import type { Point } from '../logic/clause.js';
import { isOverTime, type Signals } from '../logic/naming.js';
import { factOf, PRIME, solve } from '../logic/solve.js';
import { type Findings, type Judged, MAX_FOUND } from './judged.js';
import { moversOf, rungsBetween } from './movers.js';
import type { Example, PingPong, Push } from './push.js';
import { question } from './push-question.js';
import { replays } from './replay-push.js';
import { rounded, showPoint } from './show-point.js';
import { traceOf } from './trace.js';

/** An error for each pair that is proved to, a warning where signals over time stand between. */
export function findPingPong(judged: Judged): Findings & { pingPong: PingPong } {
  const findings = {
    problems: [] as Problem[],
    undecided: 0,
    pingPong: { proved: 0, possible: 0, undecided: 0 },
  };
  const told = new Set<string>();
  for (const push of pushesOf(judged)) {
    const isFull = findings.problems.length >= MAX_FOUND;
    const { problem, verdict } = isFull ? UNDECIDED : judge(push, judged);
    if (verdict === null) continue;
    // Two sets are tried both ways round; they are one pair all the same.
    const key = [push.down.rule.id, push.up.rule.id].sort().concat(push.down.knob).join(' ');
    if (told.has(key)) continue;
    told.add(key);
    findings.pingPong[verdict]++;
    if (problem !== null) findings.problems.push(problem);
  }
  return findings;
}

/** Every pair of rules of which one can move a knob down and the other can move it up. */
function* pushesOf({ rules, profile, draft }: Judged): Generator<Push> {
  const movers = rules.flatMap(moversOf);
  const levels = Object.keys(draft.levels);
  const ups = movers.filter(({ way }) => way !== 'down');
  for (const down of movers.filter(({ way }) => way !== 'up')) {
    for (const up of ups) {
      if (up.knob !== down.knob || up.rule.id === down.rule.id) continue;
      const areSets = down.kind === 'set' && up.kind === 'set';
      const between = areSets ? rungsBetween(down, up, profile, levels) : null;
      if (between === null) yield { down, up, rungs: fewer(down.rungs, up.rungs) };
      else if (between > 0) yield { down, up, rungs: between };
    }
  }
}

function fewer(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}

type Verdict = { verdict: keyof PingPong | null; problem: Problem | null };

const UNDECIDED: Verdict = { verdict: 'undecided', problem: null };

function judge(push: Push, judged: Judged): Verdict {
  const { budget, costOf } = judged;
  if (!budget.spend(costOf(push.down.rule) + costOf(push.up.rule))) return UNDECIDED;
  const answer = solve(question(push, judged), budget);
  if (answer.kind === 'satisfiable') {
    const visible = solve(question(push, judged, { isVisible: true }), budget);
    const { point, unknown } = visible.kind === 'satisfiable' ? visible : answer;
    const example = exampleOf(point, unknown, judged);
    // What holds in exact numbers must hold in those that the rules are evaluated with.
    if (!replays(push, example)) return UNDECIDED;
    return { verdict: 'proved', problem: tellProved(push, example, unknown, judged) };
  }
  if (answer.kind === 'undecided') return UNDECIDED;
  const overTime = signalsOverTime(push, judged);
  if (overTime.length === 0) return { verdict: null, problem: null };
  const loose = solve(question(push, judged, { overTime: true }), budget);
  if (loose.kind === 'undecided') return UNDECIDED;
  if (loose.kind === 'unsatisfiable') return { verdict: null, problem: null };
  return { verdict: 'possible', problem: tellPossible(push, overTime, judged) };
}

function signalsOverTime({ down, up }: Push, { signals }: Judged): string[] {
  const conditions = [down.rule, up.rule].flatMap(({ when, until }) =>
    until === null ? [when] : [when, until],
  );
  const facts = new Set(conditions.flatMap((condition) => [...factsOf(condition)]));
  return [...facts].filter((fact) => isOverTime(fact, signals)).sort();
}

/** Facts that one point does not speak of are there as at the other. */
function exampleOf(point: Point, unknown: readonly string[], { signals }: Judged): Example {
  const facts = new Set([...point.keys()].map(factOf));
  const isSpokenOf = (variable: string): boolean => point.has(variable) || unknown.includes(variable);
  const pick = (own: string, other: string): FactValue | undefined =>
    point.get(isSpokenOf(own) ? own : other);
  const [before, after] = [new Map<string, FactValue>(), new Map<string, FactValue>()];
  for (const fact of facts) {
    const [was, is] = [pick(fact, `${fact}${PRIME}`), pick(`${fact}${PRIME}`, fact)];
    if (was !== undefined) before.set(fact, rounded(was));
    if (is !== undefined) after.set(fact, rounded(is));
  }
  const absent = [...new Set(unknown.map(factOf))];
  return { before: withSignals(before, signals), after: withSignals(after, signals), absent };
}

/** Scaled signals as the agent derives them, each after those it is made of. */
function withSignals(values: Map<string, FactValue>, signals: Signals): Map<string, FactValue> {
  for (const { name, source } of signals.values()) {
    const value = values.get(source.fact);
    if (source.kind === 'scaled' && typeof value === 'number') {
      values.set(name, value * source.times + source.plus);
    }
  }
  return values;
}

function tellProved(push: Push, example: Example, unknown: readonly string[], judged: Judged): Problem {
  const { before, after } = example;
  const moved = new Map(
    [...after].filter(([fact, value]) => before.get(fact) !== value && !judged.signals.has(fact)),
  );
  const { down, up } = push;
  const trace = traceOf(push, example, judged);
  const missing = unknown.filter((variable) => !variable.endsWith(PRIME));
  const values = new Map([...before].filter(([fact]) => !judged.signals.has(fact)));
  const place = placeOf(up.rule.place);
  const what =
    moved.size === 0
      ? `at ${showPoint(values, missing)} it moves ${down.knob} down and "${up.rule.id}" moves it up`
      : `at ${showPoint(values, missing)} it moves ${down.knob} down, which can make that ${showPoint(moved, [])}, where "${up.rule.id}" moves it up again`;
  return {
    ...problemAt(push, judged),
    message: `pushes ${down.knob} back and forth with "${up.rule.id}" (${place}): ${what}`,
    expected: gapOf(push, moved, judged),
    ...(trace === null ? {} : { trace }),
    severity: 'error',
  };
}

function tellPossible(push: Push, overTime: readonly string[], judged: Judged): Problem {
  const { down, up } = push;
  return {
    ...problemAt(push, judged),
    message: `may push ${down.knob} back and forth with "${up.rule.id}" (${placeOf(up.rule.place)}): whether ${overTime.join(' and ')}, measured over time, ${overTime.length === 1 ? 'keeps' : 'keep'} them apart cannot be told`,
    expected: 'a comparison with the fact itself beside it, far enough apart',
    severity: 'warning',
  };
}

function problemAt({ down }: Push, { draft }: Judged): Place & { code: string; rule: string } {
  return { ...draft.locate(down.rule.id, ['then']), code: 'ping-pong', rule: down.rule.id };
}

function placeOf({ path, line, column }: Place): string {
  return `${path}:${line}:${column}`;
}

/** What would keep both apart, with how far a rung moves the first fact that it moves. */
function gapOf({ down, rungs }: Push, moved: ReadonlyMap<string, FactValue>, { responseOf }: Judged): string {
  const response = responseOf(down.knob, rungs);
  for (const fact of moved.keys()) {
    const ratio = response.ratioOf(fact);
    if (ratio === null || ratio === undefined) continue;
    const [least, most] = ratio.map((value) => String(Number(value.toPrecision(3))));
    const by = rungs === 1 ? `one rung of ${down.knob}` : `${down.knob}`;
    return `conditions that ${by} cannot bridge: it makes ${fact} ${least} to ${most} times what it was`;
  }
  return 'conditions that are never both true';
}
