/** What stands between a rule and its effect at a tick, as sentences with numbers. */
import type { KnobDecision, Loser } from '../shapes/decision.js';
import type { FiredRule } from '../shapes/fired.js';
import type { ExplainNode } from '../shapes/port.js';
import type { FactView } from '../shapes/reading.js';
import type { Action } from '../shapes/rule.js';
import type { TickView } from './tick-view.js';
import { whyMissing } from './truth.js';

type KnobAction = Extract<Action, { kind: 'cap' | 'floor' | 'set' | 'step' }>;

/** `end` is the tree of what ends the rule, `when` the one that begins it. */
export function waitsOf(fired: FiredRule, tick: TickView, end: ExplainNode, when: ExplainNode): string[] {
  return [
    ...phaseWaits(fired, tick.atMs),
    ...blindWaits(fired, end, when),
    ...(fired.isActive ? effectWaits(fired, tick) : []),
    ...backOffWaits(fired, tick),
  ];
}

/** The rule, or `profile`, that keeps this one from its effect; null where none does. */
export function losesTo(fired: FiredRule, tick: TickView): string | null {
  const lost = Object.values(tick.decision.knobs).flatMap((knob) => lossesOf(fired, knob));
  return lost.find(({ to }) => to !== undefined)?.to ?? null;
}

function phaseWaits({ rule, memory }: FiredRule, atMs: number): string[] {
  if (memory.phase === 'pending') return [`pending ${tenths(memory.heldMs)} of ${seconds(rule.forMs)}`];
  if (memory.phase === 'cooling')
    return [`cooling, ${seconds(rule.cooldownMs - (atMs - memory.sinceMs))} more`];
  return [];
}

function blindWaits(
  { rule, memory, verdict, isActive }: FiredRule,
  end: ExplainNode,
  when: ExplainNode,
): string[] {
  if (isActive && memory.blind) return [`held, because what ends it is unknown: ${unknownText(end)}`];
  if (memory.endedBlind) return [`let go, because what ends it is unknown: ${unknownText(end)}`];
  if (isActive || verdict.when !== 'unknown') return [];
  const clock = rule.forMs > 0 && memory.heldMs > 0 ? ', the clock stands meanwhile' : '';
  return [`blind: ${unknownText(when)}${clock}`];
}

/** The facts that make a condition unknown, each with its reason. */
function unknownText(node: ExplainNode): string {
  const reasons = new Map<string, string>();
  const walk = (one: ExplainNode): void => {
    if (one.truth !== 'unknown') return;
    if (one.fact === undefined) one.children.forEach(walk);
    else if (one.value === null) reasons.set(one.fact, `${one.fact} is unknown (${one.why})`);
    else reasons.set(one.fact, `${one.fact} cannot be compared (${one.why})`);
  };
  walk(node);
  return [...reasons.values()].join(', ');
}

function effectWaits(fired: FiredRule, tick: TickView): string[] {
  const { rule, mode } = fired;
  const actions = rule.actions.filter((action) => isKnobAction(action));
  if (mode !== 'enforce') return [wouldText(fired, tick)];
  if (!tick.auto && !rule.safety && actions.length > 0) return ['switched off by auto: off'];
  return [...stepWaits(fired, tick.atMs), ...actions.flatMap((action) => knobWaits(action, fired, tick))];
}

function wouldText({ rule, mode }: FiredRule, { decision }: TickView): string {
  const changes = new Set<string>();
  for (const { knobs } of decision.wouldBe) {
    for (const [knob, { value, winner }] of Object.entries(knobs))
      if (winner === rule.id) changes.add(`${knob} to ${value}`);
  }
  const would = changes.size === 0 ? 'it changes nothing' : `it would move ${[...changes].join(', ')}`;
  return `mode ${mode}: ${would}`;
}

function stepWaits({ rule, memory, isStepDue }: FiredRule, atMs: number): string[] {
  const steps = rule.actions.some((action) => action.kind === 'step');
  if (!steps || isStepDue || memory.steppedAtMs === null) return [];
  return rule.everyMs === null
    ? ['stepped already, once an activation']
    : [`next step in ${seconds(rule.everyMs - (atMs - memory.steppedAtMs))}`];
}

function knobWaits(action: KnobAction, fired: FiredRule, tick: TickView): string[] {
  const { knob } = action;
  const decision = tick.decision.knobs[knob];
  if (decision === undefined) return [`${knob}: nobody offers this knob`];
  const { expiresAtMs } = decision;
  if (expiresAtMs !== undefined && !fired.rule.safety) {
    const until = new Date(expiresAtMs - tick.atMs + tick.wallMs).toISOString().replace(/\.\d+Z$/, 'Z');
    return [`${knob}: a person's value stands until ${until}, ${seconds(expiresAtMs - tick.atMs)} more`];
  }
  const lost = lossesOf(fired, decision).map(({ wanted, reason }) => `${knob} ${wanted}: ${reason}`);
  return lost.length > 0 ? lost : boundWaits(action, fired, decision, tick.facts);
}

function lossesOf({ rule }: FiredRule, decision: KnobDecision): Loser[] {
  return decision.losers.filter(({ by }) => by === rule.id);
}

/** A cap or floor that nothing comes up against, or that has no value. */
function boundWaits(
  action: KnobAction,
  { rule, memory }: FiredRule,
  decision: KnobDecision,
  facts: FactView,
): string[] {
  if (action.kind === 'step') return [];
  const { kind, knob, value } = action;
  if ('fact' in value && facts.known(value.fact) === undefined) {
    const last = memory.values[rule.actions.indexOf(action)];
    const stands = last === undefined ? 'it waits' : `the last one known, ${last}, stands`;
    return [`${knob}: ${value.fact} is unknown (${whyMissing(value.fact, facts)}), ${stands}`];
  }
  if (kind === 'set' || decision.winner === rule.id || decision.boundedBy.includes(rule.id)) return [];
  return [`${knob}: its ${kind} changes nothing, ${decision.value} stands by ${decision.winner}`];
}

/** Backed off, whether or not it would step now. */
function backOffWaits({ rule }: FiredRule, { atMs, backOff, decision }: TickView): string[] {
  const leftMs = (backOff[rule.id] ?? 0) - atMs;
  const isTold = Object.values(decision.knobs).some(({ losers }) =>
    losers.some(({ by, code }) => by === rule.id && code === 'backOff'),
  );
  return leftMs > 0 && !isTold ? [`backed off for ${seconds(leftMs)} more`] : [];
}

function isKnobAction(action: Action): action is KnobAction {
  return action.kind === 'cap' || action.kind === 'floor' || action.kind === 'set' || action.kind === 'step';
}

function tenths(ms: number): string {
  return String(Math.round(ms / 100) / 10);
}

function seconds(ms: number): string {
  return `${tenths(ms)} s`;
}
