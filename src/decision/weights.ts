/**
 * The weights of scene flags as knobs. The agent offers them itself and hands them to bots with the frame rules. Only those
 * that somebody steers are part of a decision: the others are what book and preset say.
 */
import { ownOf } from '../own.js';
import type { KnobOffer } from '../shapes/knob.js';
import type { FrameRules } from '../shapes/rule.js';
import { flagOf, WEIGHT_RANGE } from '../shapes/weight-knob.js';
import { type DecisionMemory, newKnobMemory } from './memory.js';

/** A flag without a weight of its own counts as this. */
const NEUTRAL = 1;

/**
 * What the weight of a flag may be, `frames` being what book and preset say. A frame that is never skipped never counts
 * for less than an ordinary one, unless they say so themselves.
 */
export function weightOffer(flag: string, frames: FrameRules): KnobOffer {
  const value = ownOf(frames.weights, flag) ?? NEUTRAL;
  const [least, most] = WEIGHT_RANGE;
  const low = frames.never.includes(flag) ? Math.min(NEUTRAL, value) : least;
  return { range: [low, most], value };
}

/**
 * Offers the weights that rules name (`named`, as knobs) or a person has set. One that nobody steers any more goes back to
 * what book and preset say, and then is no knob any longer.
 */
export function layWeights(
  memory: DecisionMemory,
  named: readonly string[],
  frames: FrameRules,
  atMs: number,
): void {
  const { knobs, overrides } = memory;
  const isSteered = (knob: string): boolean => named.includes(knob) || overrides[knob] !== undefined;
  for (const knob in knobs) {
    const one = knobs[knob];
    if (one === undefined || flagOf(knob) === null || isSteered(knob)) continue;
    if (one.decided === one.offer.value) delete knobs[knob];
  }
  const asked = Object.keys(overrides).filter((knob) => !named.includes(knob));
  for (const knob of asked.length === 0 ? named : [...named, ...asked]) layWeight(memory, knob, frames, atMs);
}

function layWeight({ knobs }: DecisionMemory, knob: string, frames: FrameRules, atMs: number): void {
  const flag = flagOf(knob);
  if (flag === null) return;
  const offer = weightOffer(flag, frames);
  const one = knobs[knob];
  if (one === undefined) knobs[knob] = newKnobMemory('agent', offer, atMs);
  else if (one.offer.value !== offer.value || one.offer.range?.[0] !== offer.range?.[0]) one.offer = offer;
}

/** The frame rules with the weights that were decided; the same object where there are none. */
export function weighed(frames: FrameRules, { knobs }: DecisionMemory): FrameRules {
  const decided: [string, number][] = [];
  for (const [knob, one] of Object.entries(knobs)) {
    const flag = flagOf(knob);
    if (flag !== null) decided.push([flag, Number(one.decided)]);
  }
  if (decided.length === 0) return frames;
  return { ...frames, weights: { ...frames.weights, ...Object.fromEntries(decided) } };
}
