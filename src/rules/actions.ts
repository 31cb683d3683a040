/** YAML actions to checked actions: knobs looked up, values of the right kind. */
import { lookUpFact } from '../facts/catalogue.js';
import { didYouMean } from '../nearest.js';
import { KNOBS, lookUpKnob } from '../shapes/knob-table.js';
import type { Action, Way } from '../shapes/rule.js';
import { flagOf } from '../shapes/weight-knob.js';
import { buildOperand, type Complain, type FactContext } from './conditions.js';
import type { Path } from './document.js';
import { show } from './schema.js';

type Raw = Record<string, unknown>;

/** What the checks of an action need of the book around it. */
export interface ActionContext extends FactContext {
  /** Whether the rule is a safety rule. */
  safety: boolean;
  /** Complains about a name that is no level of the book. */
  checkLevel(name: string, path: Path, complain: Complain): void;
  /** Complains about a name that is no flag of the scene. */
  checkFlag(name: string, path: Path, complain: Complain): void;
}

/** Builds the actions of one rule; one YAML action may name several knobs and becomes one action for each. */
export function buildActions(raw: Raw[], path: Path, context: ActionContext): Action[] {
  return raw.flatMap((one, i) =>
    Object.entries(one).flatMap(([kind, value]) => {
      const at = [...path, i, kind];
      const actions = buildAction(kind, value, at, context);
      for (const action of context.safety ? actions : []) {
        const forbidden = forbiddenInSafety(action);
        if (forbidden === null) continue;
        const message = `a safety rule cannot ${forbidden}`;
        context.complain(at, 'bad-safety', message, 'cap, floor to the safe side, hold or alert', true);
      }
      return actions;
    }),
  );
}

function buildAction(kind: string, value: unknown, path: Path, context: ActionContext): Action[] {
  const { complain } = context;
  switch (kind) {
    case 'cap':
    case 'floor':
    case 'set':
      return Object.entries(value as Raw).map(([knob, raw]) => {
        const at = [...path, knob];
        checkSteered(knob, at, context);
        const operand = buildOperand(raw, at, context);
        if ('fact' in operand) checkKnobFact(knob, operand.fact, at, context);
        else if (knob === 'level') context.checkLevel(String(operand.literal), at, complain);
        else checkKnobValue(knob, operand.literal, at, complain);
        if (kind !== 'set' && lookUpKnob(knob) !== undefined && !isOrdered(knob)) {
          complain(at, 'bad-action', `"${knob}" has no order, it cannot have a ${kind}`, 'set');
        }
        return { kind, knob, value: operand };
      });
    case 'step':
      return Object.entries(value as Raw).map(([knob, by]) => {
        checkSteered(knob, [...path, knob], context);
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
        checkSteered(knob, [...path, i], context);
        return { kind, knob, way: way as Way };
      });
    case 'recommend':
      return [{ kind, ...(value as { title: string; try?: string; gain?: string }) }];
    default:
      return [{ kind: 'alert', ...(value as { severity: 'info' | 'warning' | 'critical'; title: string }) }];
  }
}

/** Complains about a name that is no knob, nor the weight of a flag that a scene can have, at the key of that name. */
function checkSteered(knob: string, path: Path, { checkFlag, complain }: ActionContext): void {
  const flag = flagOf(knob);
  if (flag === null) checkKnob(knob, path, complain);
  else checkFlag(flag, path, complain);
}

/** Complains about a name that is no knob of bot, card or agent, at the key of that name. Weights are none of these. */
export function checkKnob(knob: string, path: Path, complain: Complain): void {
  if (Object.hasOwn(KNOBS, knob)) return;
  const names = Object.keys(KNOBS);
  complain(
    path,
    'unknown-knob',
    `no knob is named "${knob}"${didYouMean(knob, names)}`,
    `one of ${names.join(', ')}`,
    true,
  );
}

/** Complains about a literal that the knob cannot have. */
export function checkKnobValue(knob: string, value: unknown, path: Path, complain: Complain): void {
  const type = lookUpKnob(knob)?.type;
  if (type === 'number' && typeof value !== 'number') {
    complain(path, 'bad-type', `${show(value)} is no value of "${knob}"`, 'a number');
  }
  if (type === 'word' && typeof value !== 'string') {
    complain(path, 'bad-type', `${show(value)} is no value of "${knob}"`, 'a name');
  }
  const range = type === 'number' ? lookUpFact(`state.${knob}`)?.range : undefined;
  if (range === undefined || typeof value !== 'number') return;
  if (value >= range[0] && value <= range[1]) return;
  complain(path, 'out-of-range', `${value} is no value of "${knob}"`, `${range[0]} to ${range[1]}`);
}

function checkKnobFact(knob: string, fact: string, path: Path, { names, complain }: FactContext): void {
  const type = lookUpKnob(knob)?.type;
  const given = names.look(fact)?.type;
  if (type === undefined || given === undefined || given === type) return;
  const message = `"${fact}" is no ${type}, as "${knob}" is`;
  complain([...path, 'fact'], 'bad-type', message, `a fact that is a ${type}`);
}

/** Whether "no more than" means something for a knob. */
function isOrdered(knob: string): boolean {
  const { type, safe } = lookUpKnob(knob) ?? {};
  return type === 'number' || safe !== null;
}

/** What makes an action forbidden in a `safety` rule, or null. Safety only caps, floors to the safe side, holds, alerts. */
function forbiddenInSafety(action: Action): string | null {
  if (action.kind === 'hold' || action.kind === 'alert') return null;
  if (action.kind === 'cap' && lookUpKnob(action.knob)?.safe === 'down') return null;
  if (action.kind === 'floor' && lookUpKnob(action.knob)?.safe === 'up') return null;
  return 'knob' in action ? `${action.kind} "${action.knob}"` : action.kind;
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
      return lookUpKnob(action.knob)?.safe !== 'up';
    case 'floor':
      return lookUpKnob(action.knob)?.safe !== 'down';
    case 'set':
      return true;
    case 'step':
    case 'recommend':
    case 'alert':
      return false;
  }
}
