/** What one knob should be before anything makes it wait: base, position, set, override, then the bounds. */
import type { Loser, ReasonCode } from '../shapes/decision.js';
import type { KnobValue } from '../shapes/knob.js';
import { type Bounds, boundedBy, boundsOf } from './bounds.js';
import type { DecisionContext } from './context.js';
import type { DecisionMemory, KnobMemory } from './memory.js';
import type { Scale } from './scale.js';

/** A step carried out at this tick, or one taken back. */
export interface Stepped {
  value: KnobValue;
  by: string;
  reason: 'step' | 'undo';
}

/** A knob's value within its bounds, with who wanted it and who wanted another. */
export interface Wanted {
  value: KnobValue;
  winner: string;
  reason: ReasonCode;
  losers: Loser[];
  boundedBy: string[];
  /** A person's value or a safety bound: nothing delays it. */
  isUrgent: boolean;
  /** A safety bound forbids the value that is decided now. */
  isSafety: boolean;
}

/** The wanted value of an offered knob. `stepped` is the step carried out at this tick. */
export function wantedOf(
  knob: string,
  one: KnobMemory,
  scale: Scale,
  stepped: Stepped | undefined,
  memory: DecisionMemory,
  context: DecisionContext,
): Wanted {
  const override = memory.overrides[knob];
  const losers: Loser[] = [];
  let wanted = unbounded(knob, one, stepped, losers, memory, context);
  if (override !== undefined) {
    if (wanted.winner !== 'base')
      losers.push({
        by: wanted.winner,
        wanted: wanted.value,
        code: 'override',
        reason: "a person's value stands",
      });
    wanted = { value: override.value, winner: 'override', reason: 'override' };
  }
  // Frozen knobs, like overridden ones, obey safety alone.
  const bounds = boundsOf(knob, one, scale, context, override !== undefined || !memory.auto);
  const value = scale.clamp(wanted.value, bounds.low, bounds.high);
  const isSafety = isUnsafe(knob, one, scale, context);
  if (value === null) {
    // Nothing that is offered lies inside the bounds: the offer outranks them, the nearest safe rung is taken.
    const nearest = nearestOffered(scale, wanted.value, bounds) ?? one.decided;
    const by = [bounds.highBy, bounds.lowBy].filter((id) => id !== null);
    return {
      ...wanted,
      value: nearest,
      reason: 'unsupported',
      losers,
      boundedBy: by,
      isUrgent: isSafety,
      isSafety,
    };
  }
  const isUrgent = override !== undefined || isSafety;
  if (value === wanted.value) {
    const { winner, reason } = wanted;
    return { value, winner, reason, losers, boundedBy: [], isUrgent, isSafety };
  }
  const bound = boundedBy(bounds, scale.rank(wanted.value)) ?? { by: one.owner, reason: 'cap' as const };
  losers.push({
    by: wanted.winner,
    wanted: wanted.value,
    code: 'bounded',
    reason: `bounded by ${bound.by}`,
    to: bound.by,
  });
  return { value, winner: bound.by, reason: bound.reason, losers, boundedBy: [bound.by], isUrgent, isSafety };
}

/** What is offered nearest to bounds that hold nothing offered: the nearest end of a range, the rung below of a ladder. */
function nearestOffered(scale: Scale, value: KnobValue, { low, high }: Bounds): KnobValue | null {
  if (scale.rungs !== null)
    return scale.clamp(value, Number.NEGATIVE_INFINITY, high) ?? scale.rungs[0] ?? null;
  const end = (scale.rank(value) ?? 0) > high ? high : low;
  return scale.clamp(end, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
}

/** A safety rule forbids the value that is decided now: nothing delays the next one. */
function isUnsafe(knob: string, one: KnobMemory, scale: Scale, context: DecisionContext): boolean {
  const claims = context.claims.of(knob);
  if (claims.length === 0 || !claims.some(({ safety }) => safety)) return false;
  const rank = scale.rank(one.decided);
  const bounds: Bounds = boundsOf(knob, one, scale, context, true);
  const isRules = (by: string | null): boolean => by !== null && by !== 'profile';
  if (rank === undefined) return false;
  return (rank > bounds.high && isRules(bounds.highBy)) || (rank < bounds.low && isRules(bounds.lowBy));
}

type Unbounded = Pick<Wanted, 'value' | 'winner' | 'reason'>;

function unbounded(
  knob: string,
  one: KnobMemory,
  stepped: Stepped | undefined,
  losers: Loser[],
  memory: DecisionMemory,
  context: DecisionContext,
): Unbounded {
  // A level or preset that the person asks for still goes through.
  if (!memory.auto && !memory.rebased && knob !== 'level')
    return { value: one.decided, winner: one.steppedBy ?? 'base', reason: 'position' };
  const sets = setsOf(knob, context);
  const [winner] = sets;
  for (const { by, value } of sets.length > 1 ? sets.slice(1) : NO_SETS) {
    const to = winner?.by ?? 'base';
    losers.push({ by, wanted: value, code: 'outranked', reason: `outranked by ${to}`, to });
  }
  if (stepped !== undefined && winner === undefined) {
    return { value: stepped.value, winner: stepped.by, reason: stepped.reason };
  }
  if (winner !== undefined) return { value: winner.value, winner: winner.by, reason: 'set' };
  if (one.position !== null)
    return { value: one.position, winner: one.steppedBy ?? 'base', reason: 'position' };
  return { value: one.base, winner: 'base', reason: 'base' };
}

interface Given {
  by: string;
  value: KnobValue;
  priority: number;
}
const NO_SETS: readonly Given[] = [];

/** The values that active rules give a knob, the one that wins first: by priority, then by id. */
function setsOf(knob: string, { claims }: DecisionContext): readonly Given[] {
  const all = claims.of(knob);
  if (!all.some(({ kind }) => kind === 'set')) return NO_SETS;
  return all
    .flatMap(({ kind, by, priority, value }) =>
      kind === 'set' && value !== undefined ? [{ by, value, priority }] : [],
    )
    .sort((a, b) => b.priority - a.priority || (a.by < b.by ? -1 : 1));
}
