/**
 * Rules that push a knob back and forth while the world outside stands still: one is true, what it does to the facts
 * makes the other true, and what that does makes the first true again. Waits slow such a cycle, they do not end it.
 */
import type { Problem } from '../../shapes/rule.js';
import { factsOf } from '../conditions.js';
import { isOverTime } from '../logic/naming.js';
import { solve } from '../logic/solve.js';
import { exampleOf } from './example.js';
import { type Findings, type Judged, MAX_FOUND } from './judged.js';
import { moversOf, rungsBetween } from './movers.js';
import type { PingPong, Push } from './push.js';
import { question } from './push-question.js';
import { replays } from './replay-push.js';
import { tellFound, tellPossible } from './tell-push.js';

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
    const verdict = isClaimAgainstStep(push) ? 'possible' : 'proved';
    return { verdict, problem: tellFound(push, example, unknown, judged, verdict) };
  }
  if (answer.kind === 'undecided') return UNDECIDED;
  const overTime = signalsOverTime(push, judged);
  if (overTime.length === 0) return { verdict: null, problem: null };
  const loose = solve(question(push, judged, { overTime: true }), budget);
  if (loose.kind === 'undecided') return UNDECIDED;
  if (loose.kind === 'unsatisfiable') return { verdict: null, problem: null };
  return { verdict: 'possible', problem: tellPossible(push, overTime, judged) };
}

/**
 * A cap, a floor or a set gives its knob back as it ends, and what comes back is a probe: slowed, budgeted and graded.
 * With a step against it the knob may go to and fro, and a person may mean just that.
 */
function isClaimAgainstStep({ down, up }: Push): boolean {
  return (down.kind === 'step') !== (up.kind === 'step');
}

function signalsOverTime({ down, up }: Push, { signals }: Judged): string[] {
  const conditions = [down.rule, up.rule].flatMap(({ when, until }) =>
    until === null ? [when] : [when, until],
  );
  const facts = new Set(conditions.flatMap((condition) => [...factsOf(condition)]));
  return [...facts].filter((fact) => isOverTime(fact, signals)).sort();
}
