/** Why a rule did or did not fire at a tick. */
import type { Decision } from '../shapes/decision.js';
import type { FiredRule } from '../shapes/fired.js';
import type { ExplainNode, Explanation } from '../shapes/port.js';
import type { FactView } from '../shapes/reading.js';
import { renderBecause } from './because.js';
import { explainCondition } from './truth.js';

/** The explanation of one rule at the tick of `decision`. */
export function explainRule(fired: FiredRule, facts: FactView, decision: Decision): Explanation {
  const { rule, memory } = fired;
  const losses = Object.values(decision.knobs).flatMap((knob) =>
    knob.losers.filter((loser) => loser.by === rule.id),
  );
  const outranked = losses.map(({ to }) => to).find((to) => to !== undefined);
  return {
    rule: rule.id,
    at: decision.atMs / 1000,
    state: memory.phase,
    // Asleep it is blind while `when` cannot be known, awake while its end cannot.
    blind: memory.blind || (!fired.isActive && fired.verdict.when === 'unknown'),
    file: rule.place.path,
    line: rule.place.line,
    because: fired.isActive ? renderBecause(rule.because, facts) : null,
    tree: explainCondition(rule.when, facts, decision.atMs),
    until: rule.until === null ? null : explainCondition(rule.until, facts, decision.atMs),
    waits: [...waitsOf(fired, decision.atMs), ...losses.map((loss) => `${loss.wanted}: ${loss.reason}`)],
    outrankedBy: outranked ?? null,
    grades: [],
  };
}

function waitsOf({ rule, memory, mode, isActive, isStepDue }: FiredRule, atMs: number): string[] {
  const waits: string[] = [];
  const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;
  if (memory.phase === 'pending') waits.push(`pending ${seconds(memory.heldMs)} of ${seconds(rule.forMs)}`);
  if (memory.phase === 'cooling')
    waits.push(`cooling, ${seconds(rule.cooldownMs - (atMs - memory.sinceMs))} more`);
  if (memory.blind) waits.push('blind: what ends it is unknown');
  const steps = rule.actions.some((action) => action.kind === 'step');
  if (isActive && steps && !isStepDue && memory.steppedAtMs !== null) {
    waits.push(
      rule.everyMs === null
        ? 'stepped once in this activation'
        : `next step in ${seconds(rule.everyMs - (atMs - memory.steppedAtMs))}`,
    );
  }
  if (mode !== 'enforce') waits.push(`mode ${mode}: it changes nothing`);
  return waits;
}

/** Orders rules by how near they are to firing: active, pending by what is left, then by the share of true leaves. */
export function byCloseness(a: FiredRule, b: FiredRule, facts: FactView, atMs: number): number {
  const rank = { active: 0, pending: 1, idle: 2, cooling: 3 } as const;
  const phase = rank[a.memory.phase] - rank[b.memory.phase];
  if (phase !== 0) return phase;
  if (a.memory.phase === 'pending') return a.rule.forMs - a.memory.heldMs - (b.rule.forMs - b.memory.heldMs);
  const share =
    trueShare(explainCondition(b.rule.when, facts, atMs)) -
    trueShare(explainCondition(a.rule.when, facts, atMs));
  return share !== 0 ? share : a.rule.id < b.rule.id ? -1 : 1;
}

/** How much of a condition is met, 0 to 1: the leaf's own closeness, the mean under `all`, the best under `any`. */
function trueShare(node: ExplainNode): number {
  if (node.truth === 'true') return 1;
  if (node.children.length === 0) return node.truth === 'unknown' ? 0 : leafShare(node);
  const shares = node.children.map(trueShare);
  if (node.op === 'any') return Math.max(...shares);
  return node.op === 'not' ? 0 : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** How near a false comparison is to its threshold, against the larger of both; below 1. */
function leafShare({ margin, value, threshold }: ExplainNode): number {
  if (typeof margin !== 'number') return 0;
  const size = Math.max(
    Math.abs(Number(value)),
    Math.abs(Number(Array.isArray(threshold) ? threshold[0] : threshold)),
  );
  return size === 0 ? 0 : Math.max(0, Math.min(0.99, 1 + margin / size));
}
