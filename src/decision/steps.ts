/** Which of the due steps are carried out at this tick. */
import type { Loser } from '../shapes/decision.js';
import type { FiredRule } from '../shapes/fired.js';
import type { KnobValue } from '../shapes/knob.js';
import { lookUpKnob, QUALITY_KNOBS } from '../shapes/knob-table.js';
import type { Way } from '../shapes/rule.js';
import { boundedBy, boundsOfStep } from './bounds.js';
import type { DecisionContext } from './context.js';
import { gradedWait } from './ledger.js';
import type { DecisionMemory, KnobMemory } from './memory.js';
import { FITS_PERCENT, type Pair, predictLoad, reachable } from './predict.js';
import { type Scale, scaleOf } from './scale.js';
import {
  noteCorrection,
  noteProbe,
  probeWait,
  refusedWait,
  reliefWait,
  sceneReliefWait,
  type Wait,
} from './waits.js';
import type { Stepped } from './wanted.js';

/** What became of the steps that were due. */
export interface StepsTaken {
  /** The knobs that were stepped, with their new value and the rule that did it. */
  moved: Map<string, Stepped>;
  /** Who wanted a step and why it did not come, by knob. */
  refused: Map<string, Loser[]>;
}

interface Candidate {
  knob: string;
  by: number | 'fit';
  way: Way;
  isRelief: boolean;
  isProbing: boolean;
  fired: FiredRule;
}

/**
 * Takes what the ledger takes back, then the due steps in the order: relief before the other way, then priority, then
 * knob, then id.
 */
export function takeSteps(memory: DecisionMemory, context: DecisionContext): StepsTaken {
  const taken: StepsTaken = { moved: takeBacks(memory, context), refused: new Map() };
  const candidates = collect(memory, context);
  let qualityMoved = [...taken.moved.keys()].find((knob) => lookUpKnob(knob)?.kind === 'quality') ?? null;
  let reliefWanted: string | null = null;
  for (const candidate of candidates) {
    const { knob, fired } = candidate;
    const isQuality = lookUpKnob(knob)?.kind === 'quality';
    const refuse = (wait: Wait): void => {
      const wanted = candidate.by === 'fit' ? 'fit' : `${candidate.by > 0 ? '+' : ''}${candidate.by}`;
      taken.refused.set(knob, [...(taken.refused.get(knob) ?? []), { by: fired.rule.id, wanted, ...wait }]);
    };
    const one = memory.knobs[knob];
    if (one === undefined) continue;
    const reached = target(candidate, one, memory, context);
    if ('wait' in reached) {
      refuse(reached.wait);
      continue;
    }
    const { value } = reached;
    const mover = taken.moved.get(knob)?.by;
    if (mover !== undefined) {
      refuse({ code: 'outranked', reason: `outranked by ${mover}`, to: mover });
      continue;
    }
    if (isQuality && qualityMoved !== null) {
      refuse({ code: 'oneKnob', reason: `one quality knob a tick: ${qualityMoved} moved` });
      continue;
    }
    if (isQuality && !candidate.isRelief && reliefWanted !== null) {
      refuse({
        code: 'outranked',
        reason: `outranked by the relief ${reliefWanted} wants`,
        to: reliefWanted,
      });
      continue;
    }
    if (isQuality && candidate.isRelief) reliefWanted ??= fired.rule.id;
    const wait = waitOf(candidate, value, one, memory, context);
    if (wait !== null) {
      refuse(wait);
      continue;
    }
    taken.moved.set(knob, { value, by: fired.rule.id, reason: 'step' });
    if (isQuality) qualityMoved = knob;
    if (isProbe(candidate)) noteProbe(memory, knob, fired.rule.id, context.atMs);
    else noteCorrection(memory, knob, context.atMs);
  }
  return taken;
}

function collect(memory: DecisionMemory, context: DecisionContext): Candidate[] {
  const candidates: Candidate[] = [];
  for (const fired of context.fired) {
    if (!fired.isStepDue || !memory.auto) continue;
    for (const action of fired.rule.actions) {
      if (action.kind !== 'step') continue;
      const { knob, by } = action;
      if (memory.knobs[knob] === undefined || memory.overrides[knob] !== undefined) continue;
      const way: Way = by === 'fit' || by < 0 ? 'down' : 'up';
      const { relief, probe } = lookUpKnob(knob) ?? {};
      candidates.push({
        knob,
        by,
        way,
        isRelief: relief === way,
        isProbing: probe === way || probe === 'either',
        fired,
      });
    }
  }
  if (candidates.length < 2) return candidates;
  const knobOrder = (knob: string): number => (QUALITY_KNOBS as readonly string[]).indexOf(knob);
  return candidates.sort(
    (a, b) =>
      Number(b.isRelief) - Number(a.isRelief) ||
      b.fired.rule.priority - a.fired.rule.priority ||
      knobOrder(a.knob) - knobOrder(b.knob) ||
      (a.fired.rule.id < b.fired.rule.id ? -1 : 1),
  );
}

/** It spends margin in hope of gain; the other way is a correction. */
function isProbe({ isRelief, isProbing }: Candidate): boolean {
  return isProbing && !isRelief;
}

/** What the ledger takes back at this tick: unless a person, a hold or a bound says otherwise. */
function takeBacks(memory: DecisionMemory, context: DecisionContext): StepsTaken['moved'] {
  const moved: StepsTaken['moved'] = new Map();
  for (const knob in memory.ledger.undo) {
    const undo = memory.ledger.undo[knob];
    if (undo === undefined) continue;
    const { value, by } = undo;
    delete memory.ledger.undo[knob];
    const one = memory.knobs[knob];
    if (one === undefined || memory.overrides[knob] !== undefined || !memory.auto) continue;
    const scale = scaleOf(knob, one.offer, context.profile, context.levels);
    const way: Way = (scale.rank(value) ?? 0) > (scale.rank(one.decided) ?? 0) ? 'up' : 'down';
    const bounds = boundsOfStep(knob, one, scale, context);
    const back = scale.clamp(value, bounds.low, bounds.high);
    if (back !== value || back === one.decided || context.claims.holder(knob, way) !== null) continue;
    moved.set(knob, { value, by, reason: 'undo' });
  }
  return moved;
}

function waitOf(
  candidate: Candidate,
  value: KnobValue,
  one: KnobMemory,
  memory: DecisionMemory,
  context: DecisionContext,
): Wait | null {
  const { knob, way, fired } = candidate;
  const holder = context.claims.holder(knob, way);
  if (holder !== null) return { code: 'held', reason: `held by ${holder}`, to: holder };
  const graded = gradedWait(memory, knob, way, value, fired.rule.id, context.atMs);
  if (graded !== null) return graded;
  if (isProbe(candidate)) {
    const { rule, memory: held } = fired;
    return probeWait(memory, context.facts, knob, rule.id, context.atMs, held.heldMs);
  }
  const kind = lookUpKnob(knob)?.kind;
  if (kind !== 'quality' && kind !== 'throughput') return null;
  return reliefWait(memory) ?? sceneReliefWait(one, context.facts, context.atMs);
}

const NO_RUNG: { wait: Wait } = { wait: { code: 'noRung', reason: 'no further rung that way' } };

/** The value a step would reach inside all bounds and the bot's grid, or why it would not move. */
function target(
  { knob, by, way }: Candidate,
  one: KnobMemory,
  memory: DecisionMemory,
  context: DecisionContext,
): { value: KnobValue } | { wait: Wait } {
  const scale = scaleOf(knob, one.offer, context.profile, context.levels);
  const wanted =
    knob === 'model' || knob === 'resolution'
      ? pairStep(knob, by, way, memory, context, scale)
      : scale.step(one.decided, by === 'fit' ? -1 : by);
  if (wanted === null || wanted === one.decided) return NO_RUNG;
  const bounds = boundsOfStep(knob, one, scale, context);
  const bounded = scale.clamp(wanted, bounds.low, bounds.high);
  const [from, to] = [scale.rank(one.decided) ?? 0, scale.rank(bounded ?? one.decided) ?? 0];
  // A bound must not turn a step around.
  const isTurned = way === 'up' ? to < from : to > from;
  if (bounded === null || bounded === one.decided || isTurned) {
    const bound = boundedBy(bounds, scale.rank(wanted));
    if (bound === null) return NO_RUNG;
    const reason =
      bound.by === 'base' ? `steps raise it to its base ${one.base} at most` : `bounded by ${bound.by}`;
    return { wait: { code: 'bounded', reason, to: bound.by } };
  }
  const { refused } = one;
  if (refused !== null && refused.value === bounded && context.atMs < refused.untilMs)
    return { wait: refusedWait(one, refused.untilMs - context.atMs) };
  return { value: bounded };
}

function pairStep(
  knob: 'model' | 'resolution',
  by: number | 'fit',
  way: Way,
  memory: DecisionMemory,
  context: DecisionContext,
  scale: Scale,
): KnobValue | null {
  const pair: Pair = { model: memory.knobs.model?.decided, resolution: memory.knobs.resolution?.decided };
  const further = reachable(pair, knob, way === 'up' ? 1 : -1, scale, memory.models);
  if (by !== 'fit') return further[Math.min(Math.abs(by), further.length) - 1]?.[knob] ?? null;
  const loads = further.map((next) => predictLoad(context.facts, pair, next, context.profile));
  if (loads[0] === undefined) return further[0]?.[knob] ?? null;
  const fits = loads.findIndex((load) => load !== undefined && load <= FITS_PERCENT);
  return further[fits < 0 ? further.length - 1 : fits]?.[knob] ?? null;
}
