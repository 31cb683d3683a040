/** Which rules move which knob which way, and which of two prevails while both are active. */
import { KNOBS } from '../../shapes/knob-table.js';
import type { Rule, Way } from '../../shapes/rule.js';

export interface Mover {
  rule: Rule;
  knob: string;
  /** `either`: towards a value that may lie above or below. */
  way: Way | 'either';
  /** Rungs at most; null for any number of them. */
  rungs: number | null;
  kind: 'step' | 'set' | 'cap' | 'floor';
}

/** Every knob that the rule moves. What it merely holds it does not move. */
export function moversOf(rule: Rule): Mover[] {
  return rule.actions.flatMap((action): Mover[] => {
    switch (action.kind) {
      case 'step': {
        const { knob, by } = action;
        if (by === 'fit') return [{ rule, knob, way: 'down', rungs: null, kind: 'step' }];
        return by === 0
          ? []
          : [{ rule, knob, way: by < 0 ? 'down' : 'up', rungs: Math.abs(by), kind: 'step' }];
      }
      case 'set':
        return [{ rule, knob: action.knob, way: 'either', rungs: null, kind: 'set' }];
      case 'cap':
        return [{ rule, knob: action.knob, way: 'down', rungs: null, kind: 'cap' }];
      case 'floor':
        return [{ rule, knob: action.knob, way: 'up', rungs: null, kind: 'floor' }];
      default:
        return [];
    }
  });
}

/** Whether `one`, while it is active, keeps `other` from moving the knob its way. */
export function keepsFrom(one: Mover, other: Mover, way: Way): boolean {
  const { knob } = one;
  const isHeld = one.rule.actions.some(
    (action) => action.kind === 'hold' && action.knob === knob && action.way === way,
  );
  if (isHeld && other.kind === 'step') return true;
  return strengthOf(one) > strengthOf(other);
}

/** Bounds are above sets and sets above steps; of two bounds the one to the safe side, of two sets the priority. */
function strengthOf({ kind, knob, rule }: Mover): number {
  const safe = KNOBS[knob]?.safe;
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
