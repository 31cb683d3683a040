/** Which rules move which knob which way, and which of two prevails while both are active. */
import type { KnobValue } from '../../shapes/knob.js';
import { lookUpKnob } from '../../shapes/knob-table.js';
import type { Profile } from '../../shapes/profile.js';
import type { Operand, Rule, Way } from '../../shapes/rule.js';

/** One way in which one rule may move one knob. */
export interface Mover {
  rule: Rule;
  knob: string;
  /** `either`: towards a value that may lie above or below. */
  way: Way | 'either';
  /** Rungs at most; null for any number of them. */
  rungs: number | null;
  kind: 'step' | 'set' | 'cap' | 'floor';
  /** What a set sets it to; null where that comes from a fact, or it is no set. */
  value: KnobValue | null;
}

/**
 * Every knob that the rule moves. What it merely holds it does not move. A safety rule is there to cut in on whatever
 * others do, and what climbs back afterwards is slowed by its back-off: it is no party to a push.
 */
export function moversOf(rule: Rule): Mover[] {
  if (rule.safety) return [];
  return rule.actions.flatMap((action): Mover[] => {
    switch (action.kind) {
      case 'step': {
        const { knob, by } = action;
        if (by === 'fit') return [{ rule, knob, way: 'down', rungs: null, kind: 'step', value: null }];
        return by === 0
          ? []
          : [{ rule, knob, way: by < 0 ? 'down' : 'up', rungs: Math.abs(by), kind: 'step', value: null }];
      }
      case 'set':
        return [
          { rule, knob: action.knob, way: 'either', rungs: null, kind: 'set', value: setValue(action) },
        ];
      case 'cap':
        return [{ rule, knob: action.knob, way: 'down', rungs: null, kind: 'cap', value: null }];
      case 'floor':
        return [{ rule, knob: action.knob, way: 'up', rungs: null, kind: 'floor', value: null }];
      default:
        return [];
    }
  });
}

function setValue({ value }: { value: Operand }): KnobValue | null {
  return 'literal' in value && typeof value.literal !== 'boolean' ? value.literal : null;
}

/**
 * How many rungs lie between the values of two sets, `from` the lower: none or fewer where they are not in that order,
 * null where nobody knows their order.
 */
export function rungsBetween(
  from: Mover,
  to: Mover,
  profile: Profile,
  levels: readonly string[],
): number | null {
  const { knob } = from;
  const ladders: Readonly<Record<string, readonly KnobValue[]>> = {
    model: profile.models.map(({ name }) => name),
    resolution: profile.resolutions.map(({ size }) => size),
    level: levels,
  };
  const [low, high] = [from.value, to.value];
  if (low === null || high === null) return null;
  if (low === high) return 0;
  const [i, j] = [low, high].map((value) => ladders[knob]?.indexOf(value) ?? -1);
  if (i !== undefined && j !== undefined && i >= 0 && j >= 0) return j - i;
  if (typeof low !== 'number' || typeof high !== 'number') return null;
  const rung = profile.knobs[knob]?.rung ?? lookUpKnob(knob)?.rung ?? 1;
  return Math.ceil((high - low) / rung);
}

/** Whether `one`, while it is active, keeps `other` from moving the knob its way. */
export function keepsFrom(one: Mover, other: Mover, way: Way): boolean {
  const { knob } = one;
  const isHeld = one.rule.actions.some(
    (action) => action.kind === 'hold' && action.knob === knob && action.way === way,
  );
  if (isHeld && other.kind === 'step') return true;
  const lead = strengthOf(one) - strengthOf(other);
  // Of two sets of one priority the lower id decides.
  return lead > 0 || (lead === 0 && one.kind === 'set' && one.rule.id < other.rule.id);
}

/** Bounds are above sets and sets above steps; of two bounds the one to the safe side, of two sets the priority. */
function strengthOf({ kind, knob, rule }: Mover): number {
  const safe = lookUpKnob(knob)?.safe;
  switch (kind) {
    case 'step':
      return 0;
    case 'set':
      // A priority is at most 1000: every set stays between steps and bounds.
      return 1 + rule.priority / 1_001;
    case 'cap':
      return safe === 'up' ? 3 : 4;
    case 'floor':
      return safe === 'up' ? 4 : 3;
  }
}
