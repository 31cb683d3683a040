/**
 * Facts that are not free to be anything: what a level says is said by one of the book's levels, limits are the
 * profile's, and a knob's own value is another one after a rung.
 */
import { lookUpFact } from '../../facts/catalogue.js';
import { lookUpKnob } from '../../shapes/knob-table.js';
import type { Profile } from '../../shapes/profile.js';
import type { FactValue } from '../../shapes/reading.js';
import type { Level } from '../../shapes/rule.js';
import { type Atom, type Formula, NEVER } from '../logic/atoms.js';
import { type Fraction, fractionOf, negate, ONE } from '../logic/fraction.js';
import { PRIME } from '../logic/solve.js';

/** The claim that `a × left + b × right + constant` is at most zero, or below. */
export function linear(
  terms: Readonly<Record<string, number>>,
  constant: number,
  strict: boolean,
  says: string,
): Atom {
  const entries = Object.entries(terms).map(([name, value]): [string, Fraction] => [name, fractionOf(value)]);
  const inequality = { terms: new Map(entries), constant: fractionOf(constant), strict, isRange: false };
  return { kind: 'linear', inequality, says };
}

/** The claim that a variable has a value. */
function isValue(variable: string, value: FactValue, says: string): Formula {
  if (typeof value !== 'number') return { kind: 'member', variable, values: [value], isIn: true, says };
  const constant = fractionOf(value);
  const at = (terms: Fraction, end: Fraction): Atom => ({
    kind: 'linear',
    inequality: { terms: new Map([[variable, terms]]), constant: end, strict: false, isRange: false },
    says,
  });
  return { kind: 'and', parts: [at(ONE, negate(constant)), at(negate(ONE), constant)] };
}

/** `limits.*` as the profile has them; those it lacks may be anything. */
export function profileLimits(variables: ReadonlySet<string>, profile: Profile): Formula[] {
  return [...variables].flatMap((variable) => {
    const value = variable.startsWith('limits.')
      ? profile.limits[variable.slice('limits.'.length)]
      : undefined;
    return value === undefined ? [] : [isValue(variable, value, `the profile ${profile.name}`)];
  });
}

/** Whether a fact follows from the level in force. */
export function isOfLevel(fact: string): boolean {
  return fact.startsWith('level.') || fact === 'state.level';
}

/**
 * `level.*` before and after: one level of the book, and where the level itself moves a lower one after. A bot may
 * hold itself to less than the level's target, which is tried when its target does not do.
 */
export function levelWorlds(
  variables: ReadonlySet<string>,
  levels: Readonly<Record<string, Level>>,
  isMoved: boolean,
): Formula[] {
  const used = [...variables].filter((variable) => isOfLevel(variable.replace(PRIME, '')));
  const names = Object.keys(levels);
  if (used.length === 0 || names.length === 0) return [];
  const pairs = names.flatMap((name, i) =>
    isMoved ? names.slice(0, i).map((lower) => [name, lower] as const) : [[name, name] as const],
  );
  const world = (before: string, after: string, isPaced: boolean): Formula => ({
    kind: 'and',
    parts: used.map((variable) => {
      const name = variable.endsWith(PRIME) ? after : before;
      return levelFact(variable, name, levels[name], isPaced);
    }),
  });
  const hasGoal = used.some((variable) => variable.startsWith('level.goalFps'));
  const parts = (hasGoal ? [false, true] : [false]).flatMap((isPaced) =>
    pairs.map(([before, after]) => world(before, after, isPaced)),
  );
  return [{ kind: 'or', parts }];
}

function levelFact(variable: string, name: string, level: Level | undefined, isPaced: boolean): Formula {
  const fact = variable.replace(PRIME, '');
  const says = `the level ${name}`;
  if (fact === 'state.level') return isValue(variable, name, says);
  if (fact === 'level.goalFps') {
    const target = level?.targetFps ?? 0;
    return isPaced ? linear({ [variable]: 1 }, -target, false, says) : isValue(variable, target, says);
  }
  const value = Object.entries(level ?? {}).find(([key]) => `level.${key}` === fact)?.[1];
  return value === undefined ? NEVER : isValue(variable, value, says);
}

/** `state.KNOB` before and after at most `rungs` rungs down; null rungs are any number. */
export function knobWorlds(
  knob: string,
  rungs: number | null,
  variables: ReadonlySet<string>,
  profile: Profile,
): Formula[] {
  const before = `state.${knob}`;
  const after = `${before}${PRIME}`;
  if (knob === 'level' || (!variables.has(before) && !variables.has(after))) return [];
  const says = `a rung of ${knob}`;
  if (knob === 'model') {
    const names = profile.models.map(({ name }) => name);
    const pairs = names.flatMap((name, i) =>
      names.slice(Math.max(0, i - (rungs ?? i)), i).map((lower) => [name, lower] as const),
    );
    if (pairs.length === 0) return [];
    const parts = pairs.map(
      ([high, low]): Formula => ({
        kind: 'and',
        parts: [isValue(before, high, says), isValue(after, low, says)],
      }),
    );
    return [{ kind: 'or', parts }];
  }
  if (lookUpFact(before)?.type !== 'number') {
    return [{ kind: 'same', left: before, right: after, isSame: false, says }];
  }
  const down = linear({ [after]: 1, [before]: -1 }, 0, true, says);
  const gap = largestGap(knob, rungs, profile);
  return gap === null ? [down] : [down, linear({ [before]: 1, [after]: -1 }, -gap, false, says)];
}

/** How far apart two values of a numeric knob can be that lie so many rungs apart; null where nobody declares it. */
function largestGap(knob: string, rungs: number | null, profile: Profile): number | null {
  if (rungs === null) return null;
  if (knob !== 'resolution') return rungs * (profile.knobs[knob]?.rung ?? lookUpKnob(knob)?.rung ?? 1);
  const sizes = profile.resolutions.map(({ size }) => size);
  const gaps = sizes.flatMap((size, i) => sizes.slice(i + 1, i + 1 + rungs).map((upper) => upper - size));
  return gaps.length === 0 ? null : Math.max(...gaps);
}
