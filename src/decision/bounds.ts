/** Caps and floors of the active rules, the profile's policy and what the knob's owner offers, as one interval. */
import { ownOf } from '../own.js';
import { lookUpKnob } from '../shapes/knob-table.js';
import type { DecisionContext } from './context.js';
import type { KnobMemory } from './memory.js';
import type { Scale } from './scale.js';

/** The interval a knob's value must lie in, both ends included. */
export interface Bounds {
  low: number;
  high: number;
  /** Who set each end: a rule's id, `profile` or `base`; null where nothing bounds it. */
  lowBy: string | null;
  highBy: string | null;
}

/** What most knobs have at most ticks. */
const UNBOUNDED: Readonly<Bounds> = {
  low: Number.NEGATIVE_INFINITY,
  high: Number.POSITIVE_INFINITY,
  lowBy: null,
  highBy: null,
};

/**
 * The interval of ranks a knob may lie in. With `safetyOnly` the caps and floors of other rules do not count. The
 * policy's floor bounds what lowers watts and clocks; a base below it, which is borrowed, stands.
 */
export function boundsOf(
  knob: string,
  { base }: Pick<KnobMemory, 'base'>,
  scale: Scale,
  context: DecisionContext,
  safetyOnly: boolean,
): Readonly<Bounds> {
  const claims = context.claims.of(knob);
  const policy = ownOf(context.profile.knobs, knob)?.range;
  if (claims.length === 0 && policy === undefined) return UNBOUNDED;
  const bounds = { ...UNBOUNDED };
  for (const { kind, by, safety, value } of claims) {
    if (kind === 'set' || (safetyOnly && !safety)) continue;
    const rank = value === undefined ? undefined : scale.rank(value);
    if (rank !== undefined) narrow(bounds, kind, rank, by);
  }
  if (policy !== undefined) {
    const [policyLow, high] = policy;
    const low = isBorrowed(knob) ? Math.min(policyLow, scale.rank(base) ?? policyLow) : policyLow;
    narrow(bounds, 'cap', high, 'profile');
    narrow(bounds, 'floor', low, 'profile');
    // A rule's cap below the policy's floor does not push the card below it: the profile outranks rules.
    if (bounds.high < low) bounds.high = low;
    if (bounds.low > high) bounds.low = high;
  }
  if (bounds.low > bounds.high) meetOnSafeSide(bounds, knob);
  return bounds;
}

/**
 * The interval that a step stays in. Watts, clocks and heat are borrowed: steps give back what steps took, and never
 * more than the base, the value found or a person's.
 */
export function boundsOfStep(
  knob: string,
  one: KnobMemory,
  scale: Scale,
  context: DecisionContext,
): Readonly<Bounds> {
  const bounds = { ...boundsOf(knob, one, scale, context, false) };
  const base = isBorrowed(knob) ? scale.rank(one.base) : undefined;
  if (base !== undefined) narrow(bounds, 'cap', base, 'base');
  return bounds;
}

/** Watts and clocks of a card: what was found is the most there is. */
export function isBorrowed(knob: string): boolean {
  return lookUpKnob(knob)?.kind === 'power';
}

function narrow(bounds: Bounds, kind: 'cap' | 'floor', rank: number, by: string): void {
  if (kind === 'cap' && rank < bounds.high) {
    bounds.high = rank;
    bounds.highBy = by;
  }
  if (kind === 'floor' && rank > bounds.low) {
    bounds.low = rank;
    bounds.lowBy = by;
  }
}

function meetOnSafeSide(bounds: Bounds, knob: string): void {
  if (lookUpKnob(knob)?.safe === 'up') bounds.high = bounds.low;
  else bounds.low = bounds.high;
}

/** Who holds a wanted rank back, or null when it lies inside. */
export function boundedBy(
  bounds: Bounds,
  rank: number | undefined,
): { by: string; reason: 'cap' | 'floor' } | null {
  if (rank === undefined) return null;
  if (rank > bounds.high && bounds.highBy !== null) return { by: bounds.highBy, reason: 'cap' };
  if (rank < bounds.low && bounds.lowBy !== null) return { by: bounds.lowBy, reason: 'floor' };
  return null;
}
