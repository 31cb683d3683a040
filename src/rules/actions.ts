/** YAML actions to checked actions: knobs looked up, values of the right kind. */
import { KNOBS } from '../shapes/knob-table.js';
import type { Action, Way } from '../shapes/rule.js';
import { buildOperand, type Complain } from './conditions.js';
import type { Path } from './document.js';
import { didYouMean } from './nearest.js';

type Raw = Record<string, unknown>;

/** Builds the actions of one rule; one YAML action may name several knobs and becomes one action for each. */
export function buildActions(raw: Raw[], path: Path, complain: Complain): Action[] {
  return raw.flatMap((action, i) =>
    Object.entries(action).flatMap(([kind, value]) => buildAction(kind, value, [...path, i, kind], complain)),
  );
}

function buildAction(kind: string, value: unknown, path: Path, complain: Complain): Action[] {
  switch (kind) {
    case 'cap':
    case 'floor':
    case 'set':
      return Object.entries(value as Raw).map(([knob, raw]) => {
        const at = [...path, knob];
        checkKnob(knob, at, complain);
        const operand = buildOperand(raw, at, complain);
        if ('literal' in operand) checkKnobValue(knob, operand.literal, at, complain);
        if (kind !== 'set' && KNOBS[knob] !== undefined && !isOrdered(knob)) {
          complain(at, 'bad-action', `"${knob}" has no order, it cannot have a ${kind}`, 'set');
        }
        return { kind, knob, value: operand };
      });
    case 'step':
      return Object.entries(value as Raw).map(([knob, by]) => {
        checkKnob(knob, [...path, knob], complain);
        if (by === 'fit' && knob !== 'model' && knob !== 'resolution') {
          complain(
            [...path, knob],
            'bad-action',
            `"${knob}" has no predicted cost to fit`,
            'a number of rungs such as -1',
          );
        }
        return { kind, knob, by: by as number | 'fit' };
      });
    case 'hold':
      return (value as string[]).map((text, i) => {
        const [, knob = text, way = 'up'] = /^(.*)\.(up|down)$/.exec(text) ?? [];
        checkKnob(knob, [...path, i], complain);
        return { kind, knob, way: way as Way };
      });
    case 'recommend':
      return [{ kind, ...(value as { title: string; try?: string; gain?: string }) }];
    default:
      return [{ kind: 'alert', ...(value as { severity: 'info' | 'warning' | 'critical'; title: string }) }];
  }
}

function checkKnob(knob: string, path: Path, complain: Complain): void {
  if (KNOBS[knob] !== undefined) return;
  const names = Object.keys(KNOBS);
  complain(
    path,
    'unknown-knob',
    `no knob is named "${knob}"${didYouMean(knob, names)}`,
    `one of ${names.join(', ')}`,
    true,
  );
}

function checkKnobValue(knob: string, value: unknown, path: Path, complain: Complain): void {
  const type = KNOBS[knob]?.type;
  if (type === 'number' && typeof value !== 'number') {
    complain(path, 'bad-type', `${JSON.stringify(value)} is no value of "${knob}"`, 'a number');
  }
  if (type === 'word' && typeof value !== 'string') {
    complain(path, 'bad-type', `${JSON.stringify(value)} is no value of "${knob}"`, 'a name');
  }
}

/** Whether "no more than" means something for a knob. */
function isOrdered(knob: string): boolean {
  return KNOBS[knob]?.safe !== null;
}

/** What makes an action forbidden in a `safety` rule, or null. Safety only caps, floors to the safe side, holds, alerts. */
export function forbiddenInSafety(action: Action): string | null {
  if (action.kind === 'hold' || action.kind === 'alert') return null;
  if (action.kind === 'cap' && KNOBS[action.knob]?.safe === 'down') return null;
  if (action.kind === 'floor' && KNOBS[action.knob]?.safe === 'up') return null;
  return 'knob' in action ? `${action.kind} of ${action.knob}` : action.kind;
}

/** What a rule does while its end cannot be known: hold where letting go would move a knob away from its safe side. */
export function defaultBlind(actions: readonly Action[]): 'hold' | 'release' {
  return actions.some(holdsWhenBlind) ? 'hold' : 'release';
}

function holdsWhenBlind(action: Action): boolean {
  switch (action.kind) {
    case 'hold':
      return true;
    case 'cap':
      return KNOBS[action.knob]?.safe !== 'up';
    case 'floor':
      return KNOBS[action.knob]?.safe !== 'down';
    case 'set':
      return true;
    case 'step':
    case 'recommend':
    case 'alert':
      return false;
  }
}
