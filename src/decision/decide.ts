/** Fired rules to one decision: every knob's value, who won, who lost and why. */
import { bareRecord } from '../own.js';
import type { Decision, KnobDecision, Loser } from '../shapes/decision.js';
import type { KnobValue } from '../shapes/knob.js';
import { KNOBS, lookUpKnob } from '../shapes/knob-table.js';
import { boundsOf } from './bounds.js';
import type { DecisionContext } from './context.js';
import { noteSent } from './inputs.js';
import { openEntry, voidOpen } from './ledger.js';
import type { DecisionMemory, KnobMemory } from './memory.js';
import { moveOf } from './move.js';
import { isOffered } from './predict.js';
import { type Scale, scaleOf } from './scale.js';
import { takeSteps } from './steps.js';
import { type Wanted, wantedOf } from './wanted.js';

/** A decision with what follows from it for rules and actuators. */
export interface DecisionResult {
  decision: Decision;
  /** Rules whose step was carried out at this tick. */
  stepped: string[];
  /** The knobs whose decided value changed, to be handed to their owners, each with the value before. */
  changed: { knob: string; from: KnobValue }[];
}

/**
 * Decides one tick. Pure in its inputs: `memory` is moved on, nothing else is read or written. The result does not
 * depend on the order of files or rules.
 */
export function decide(memory: DecisionMemory, context: DecisionContext): DecisionResult {
  const steps = takeSteps(memory, context);
  const knobs: Record<string, KnobDecision> = bareRecord();
  const next = new Map<string, KnobValue>();
  let qualityMoved =
    steps.moved.size > 0 && [...steps.moved.keys()].some((knob) => lookUpKnob(knob)?.kind === 'quality');
  for (const knob of inTableOrder(memory.knobs)) {
    const one = memory.knobs[knob];
    if (one === undefined) continue;
    const scale = scaleOf(knob, one.offer, context.profile, context.levels);
    const step = steps.moved.get(knob);
    if (step !== undefined) {
      one.position = step.value;
      one.steppedBy = step.by;
    }
    const wanted = wantedOf(knob, one, scale, step, memory, context);
    claim(knob, one, wanted, context);
    const decided = settleOn(knob, one, scale, wanted, memory, context, qualityMoved);
    if (one.reliefDueMs !== null && decided.value !== one.decided && decided.reason !== 'override') {
      const reason = 'changed within the scene, after waiting as long as it may';
      decided.losers.push({ by: decided.winner, wanted: decided.value, code: 'scene', reason });
      one.reliefDueMs = null;
    }
    qualityMoved ||= decided.value !== one.decided && lookUpKnob(knob)?.kind === 'quality';
    const refused = steps.refused.get(knob);
    if (refused !== undefined) decided.losers.push(...refused);
    knobs[knob] = memory.overrides[knob] === undefined ? decided : { ...decided, ...endsOf(memory, knob) };
    if (decided.value !== one.decided) next.set(knob, decided.value);
  }
  for (const knob of keepToGrid(memory, context, knobs, next)) steps.moved.delete(knob);
  if (next.size > 0) memory.revision++;
  const felt = [...next.keys()].filter((knob) => lookUpKnob(knob)?.kind !== 'frames');
  // Of changes that come at once none can be told by what follows.
  if (felt.length > 1) voidOpen(memory, context.atMs, () => 'several knobs changed at once');
  // A weight moves how often frames are skipped, and nothing of what a frame takes.
  if (felt.length < next.size)
    voidOpen(memory, context.atMs, ({ knob }) => (knob === 'frameSkip' ? 'a weight changed as well' : null));
  const changed = [...next.keys()].map((knob) => ({ knob, from: memory.knobs[knob]?.decided ?? '' }));
  for (const [knob, value] of next) {
    if (felt.length === 1 && knob === felt[0]) enterLedger(knob, value, knobs[knob], memory, context);
    noteSent(memory, knob, value, context.atMs);
  }
  memory.rebased = false;
  const active: string[] = [];
  for (const { isActive, rule } of context.fired) if (isActive) active.push(rule.id);
  return {
    decision: {
      atMs: context.atMs,
      revision: memory.revision,
      knobs,
      active: active.length > 1 ? active.sort() : active,
      wouldBe: [],
    },
    stepped: [...steps.moved.values()].filter(({ reason }) => reason === 'step').map(({ by }) => by),
    changed,
  };
}

/** Remembers which rules hold a knob, and held it until it is back where it is wanted. */
function claim(knob: string, one: KnobMemory, wanted: Wanted, { claims }: DecisionContext): void {
  const held = wanted.value === one.decided ? [] : one.claimedBy;
  const holding = claims.of(knob);
  if (holding.length === 0 && held.length === 0) {
    if (one.claimedBy.length > 0) one.claimedBy = [];
  } else one.claimedBy = [...new Set([...held, ...holding.map(({ by }) => by)])].sort();
}

function enterLedger(
  knob: string,
  to: KnobValue,
  decision: KnobDecision | undefined,
  memory: DecisionMemory,
  context: DecisionContext,
): void {
  const one = memory.knobs[knob];
  if (one === undefined || decision === undefined) return;
  const scale = scaleOf(knob, one.offer, context.profile, context.levels);
  const way = (scale.rank(to) ?? 0) > (scale.rank(one.decided) ?? 0) ? 'up' : 'down';
  const { winner, reason } = decision;
  openEntry(memory, context, { knob, from: one.decided, to, way, winner, reason });
}

/** When a person's value ends, and until when it has to be confirmed. */
function endsOf(
  { overrides }: DecisionMemory,
  knob: string,
): Pick<KnobDecision, 'expiresAtMs' | 'confirmUntilMs'> {
  const override = overrides[knob];
  if (override === undefined) return {};
  const { expiresAtMs, confirmUntilMs } = override;
  return confirmUntilMs === undefined ? { expiresAtMs } : { expiresAtMs, confirmUntilMs };
}

const ORDER: ReadonlyMap<string, number> = new Map(Object.keys(KNOBS).map((knob, i) => [knob, i]));
/** Knobs come and go rarely, and their order is asked for at every tick. */
const orders = new WeakMap<object, { names: string[]; inOrder: string[] }>();

function inTableOrder(knobs: Readonly<Record<string, KnobMemory>>): string[] {
  const before = orders.get(knobs);
  const names = Object.keys(knobs);
  if (before !== undefined && isSameList(before.names, names)) return before.inOrder;
  const inOrder = names.toSorted((a, b) => (ORDER.get(a) ?? -1) - (ORDER.get(b) ?? -1) || (a < b ? -1 : 1));
  orders.set(knobs, { names, inOrder });
  return inOrder;
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Why a hardware knob may not be written; null where it may. */
function forbiddenWrite(
  knob: string,
  { offer }: KnobMemory,
  { consent }: DecisionContext,
): Pick<Loser, 'code' | 'reason'> | null {
  if (lookUpKnob(knob)?.hardware !== true) return null;
  if (!consent) return { code: 'consent', reason: 'no consent to write hardware' };
  return offer.readOnly === undefined ? null : { code: 'readOnly', reason: offer.readOnly };
}

function settleOn(
  knob: string,
  one: KnobMemory,
  scale: Scale,
  wanted: Wanted,
  memory: DecisionMemory,
  context: DecisionContext,
  qualityMoved: boolean,
): KnobDecision {
  const { winner, reason, losers } = wanted;
  const forbidden = forbiddenWrite(knob, one, context);
  if (forbidden !== null) {
    // Nothing is written; what is in force stays the decided value, so that no climb ever starts from a wish.
    const wish = wanted.value === one.applied ? {} : { wouldBe: wanted.value };
    const why = wanted.value === one.applied ? [] : [{ by: winner, wanted: wanted.value, ...forbidden }];
    one.decided = one.applied;
    return {
      value: one.applied,
      winner: 'base',
      reason: 'base',
      losers: [...losers, ...why],
      boundedBy: [],
      ...wish,
    };
  }
  const move = moveOf(knob, one, scale, wanted, memory, context, qualityMoved);
  if ('wait' in move) {
    const waiting = { by: winner, wanted: wanted.value, ...move.wait };
    return {
      value: one.decided,
      winner,
      reason: 'wait',
      losers: [...losers, waiting],
      boundedBy: wanted.boundedBy,
    };
  }
  const isPartWay = move.value !== wanted.value;
  return {
    value: move.value,
    winner,
    reason: isPartWay || move.isReturn ? 'return' : reason,
    losers,
    boundedBy: wanted.boundedBy,
  };
}

/**
 * Bounds and overrides move model and resolution apart from each other; the pair must still be one that was offered.
 * The size gives way to the model, to the nearest one below inside its own bounds; failing that the model stays where it
 * was with the size that is wanted, and failing that both stay. Returns the knobs whose change did not come.
 */
function keepToGrid(
  memory: DecisionMemory,
  context: DecisionContext,
  knobs: Record<string, KnobDecision>,
  next: Map<string, KnobValue>,
): string[] {
  const { model, resolution } = knobs;
  const size = memory.knobs.resolution;
  const before = memory.knobs.model;
  if (model === undefined || resolution === undefined || size === undefined || before === undefined)
    return [];
  if (isOffered(memory.models, { model: model.value, resolution: resolution.value })) return [];
  const sizes = memory.models.find((one) => one.name === model.value)?.sizes ?? [];
  const scale = scaleOf('resolution', { ...size.offer, values: sizes }, context.profile, context.levels);
  const bounds = boundsOf('resolution', size, scale, context, memory.overrides.resolution !== undefined);
  const nearest = scale.clamp(resolution.value, bounds.low, bounds.high);
  const losers = [
    {
      by: resolution.winner,
      wanted: resolution.value,
      code: 'notOffered' as const,
      reason: `${model.value} was not built for it`,
    },
  ];
  if (nearest !== null && isOffered(memory.models, { model: model.value, resolution: nearest })) {
    knobs.resolution = {
      ...resolution,
      value: nearest,
      reason: 'unsupported',
      losers: [...resolution.losers, ...losers],
      boundedBy: [...resolution.boundedBy, 'model'],
    };
    if (nearest === size.decided) next.delete('resolution');
    else next.set('resolution', nearest);
    return [];
  }
  const stay = (knob: 'model' | 'resolution', one: KnobMemory, decision: KnobDecision): void => {
    const boundedBy = [...decision.boundedBy, knob === 'model' ? 'resolution' : 'model'];
    knobs[knob] = { ...decision, value: one.decided, reason: 'unsupported', boundedBy };
    // A step that did not come must not be where the next one begins.
    if (one.position !== null) one.position = one.decided;
    next.delete(knob);
  };
  stay('model', before, model);
  if (isOffered(memory.models, { model: before.decided, resolution: resolution.value })) return ['model'];
  stay('resolution', size, resolution);
  return ['model', 'resolution'];
}
