/** From the value a knob has to the one it should have: at once, by rungs, or not yet. */
import type { KnobValue } from '../shapes/knob.js';
import { lookUpKnob } from '../shapes/knob-table.js';
import type { Way } from '../shapes/rule.js';
import type { DecisionContext } from './context.js';
import { REFUSED_FOR_MS } from './inputs.js';
import type { DecisionMemory, KnobMemory } from './memory.js';
import type { Scale } from './scale.js';
import {
  noteCorrection,
  noteProbe,
  probeWait,
  refusedWait,
  reliefWait,
  sceneReliefWait,
  seconds,
  type Wait,
} from './waits.js';
import type { Wanted } from './wanted.js';

/** A lifted cap on power or clocks climbs a rung this often. */
const POWER_RUNG_MS = 3_000;
/** What a safety rule asks for and its owner refused is asked for again this often. */
const SAFETY_RETRY_MS = 5_000;
/** Above this load watts return all at once. */
const LATE_PERCENT = 100;

/** The next value, or the old one and why it waits. */
export type Move = { value: KnobValue; isReturn: boolean } | { wait: Wait };

/** How far a knob moves at this tick. `qualityMoved` tells that another quality knob already did. */
export function moveOf(
  knob: string,
  one: KnobMemory,
  scale: Scale,
  wanted: Wanted,
  memory: DecisionMemory,
  context: DecisionContext,
  qualityMoved: boolean,
): Move {
  // Most knobs stay where they are at most ticks.
  if (wanted.value === one.decided) return { value: one.decided, isReturn: false };
  return changeOf(knob, one, scale, wanted, memory, context, qualityMoved);
}

function changeOf(
  knob: string,
  one: KnobMemory,
  scale: Scale,
  wanted: Wanted,
  memory: DecisionMemory,
  context: DecisionContext,
  qualityMoved: boolean,
): Move {
  const { refused, decided } = one;
  const go = (value: KnobValue): Move => ({ value, isReturn: false });
  const refusedMs = refused?.value === wanted.value ? refusedForMs(refused, wanted, context.atMs) : 0;
  if (refusedMs > 0) return { wait: refusedWait(one, refusedMs) };
  const isStep = wanted.reason === 'step' || wanted.reason === 'undo';
  const definition = lookUpKnob(knob);
  const [from, to] = [scale.rank(decided), scale.rank(wanted.value)];
  if (definition === undefined || from === undefined || to === undefined) return go(wanted.value);
  const way: Way = to > from ? 'up' : 'down';
  const isClaimed = context.claims.of(knob).some(({ by }) => by === wanted.winner);
  // A rule that takes a knob down after a climb corrects it as much as a step does.
  const correct = (): Move => {
    if (isClaimed && way === definition.safe) noteCorrection(memory, knob, context.atMs);
    return go(wanted.value);
  };
  if (wanted.isUrgent) return correct();
  if (isStep || memory.rebased) return go(wanted.value);
  const isQuality = definition.kind === 'quality';
  const isRelief = way === definition.safe && isClaimed;
  const blind = (way !== definition.safe || isQuality) && !isRelief ? blindWait(one, context) : null;
  if (blind !== null) return { wait: blind };
  if (way === definition.safe) {
    const wait = isQuality ? (reliefWait(memory) ?? sceneReliefWait(one, context.facts, context.atMs)) : null;
    return wait === null ? correct() : { wait };
  }
  const holder = context.claims.holder(knob, way);
  if (holder !== null) return { wait: { code: 'held', reason: `held by ${holder}`, to: holder } };
  if (isQuality) {
    if (qualityMoved) return { wait: { code: 'oneKnob', reason: 'one quality knob a tick' } };
    const by = `return.${knob}`;
    const wait = probeWait(memory, context.facts, knob, by, context.atMs);
    if (wait !== null) return { wait };
    noteProbe(memory, knob, by, context.atMs);
    return { value: oneRung(scale, decided, wanted.value, way), isReturn: true };
  }
  if (definition.kind === 'power') {
    const isLate = (context.facts.number('frame.loadPercent') ?? 0) > LATE_PERCENT;
    if (isLate) return { value: wanted.value, isReturn: true };
    const leftMs = POWER_RUNG_MS - (context.atMs - one.movedAtMs);
    if (leftMs > 0)
      return { wait: { code: 'rung', reason: `a rung every 3 s, the next in ${seconds(leftMs)}` } };
    return { value: oneRung(scale, decided, wanted.value, way), isReturn: true };
  }
  return go(wanted.value);
}

/** How long a refused value is not asked for: safety asks again soon, though not at every tick. */
function refusedForMs({ untilMs }: { untilMs: number }, { isSafety }: Wanted, atMs: number): number {
  return untilMs - atMs - (isSafety ? REFUSED_FOR_MS - SAFETY_RETRY_MS : 0);
}

/**
 * A rule that held the knob and let it go is not known to be right about that while what it looks at is unknown: the
 * value stays until it is known again.
 */
function blindWait({ claimedBy }: KnobMemory, { fired }: DecisionContext): Wait | null {
  for (const { rule, isActive, verdict, memory } of fired) {
    if (isActive || !claimedBy.includes(rule.id)) continue;
    if (rule.blind === 'release' && rule.blindSaid) continue;
    if (verdict.when !== 'unknown' && !memory.endedBlind) continue;
    return {
      code: 'blind',
      reason: `waits until ${rule.id}, which held it, can be judged again`,
      to: rule.id,
    };
  }
  return null;
}

function oneRung(scale: Scale, from: KnobValue, to: KnobValue, way: Way): KnobValue {
  const next = scale.step(from, way === 'up' ? 1 : -1);
  const [nextRank, toRank] = [scale.rank(next) ?? 0, scale.rank(to) ?? 0];
  const isPast = way === 'up' ? nextRank > toRank : nextRank < toRank;
  return isPast || next === from ? to : next;
}
