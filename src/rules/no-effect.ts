/** What a later folder lays over an earlier one without changing anything: a warning each, for it was meant to. */
import { isDeepStrictEqual } from 'node:util';
import type { Profile } from '../shapes/profile.js';
import type { Problem } from '../shapes/rule.js';
import type { Path } from './document.js';
import { toMs } from './duration.js';
import type { LaidRule } from './laid-rule.js';
import { complainAt, type Layer, modeOf } from './layer.js';
import { show } from './schema.js';

type Plain = Record<string, unknown>;

/** Named parts that a later folder replaces whole. */
const REPLACED = ['conditions', 'signals', 'presets'] as const;

/** Levels, frame weights, presets, named conditions and signals that are laid over the same. */
export function findNoEffect(layers: readonly Layer[], profile: Profile): Problem[] {
  return [...repeatedLevels(layers, profile), ...repeatedFrames(layers), ...repeatedNames(layers)];
}

/** The profile's figures stand between the shipped levels and those that are laid over them. */
function repeatedLevels(layers: readonly Layer[], profile: Profile): Problem[] {
  const levels: Record<string, Plain> = {};
  const own = layers.filter(({ file }) => file.folder === 0);
  for (const { raw } of own) merge(levels, raw.levels);
  for (const name of Object.keys(levels)) {
    merge(levels, { [name]: { ...profile.levels[name], ...profile.everyLevel } });
  }
  return layers.flatMap((layer) => {
    if (layer.file.folder === 0) return [];
    const entries = Object.entries(layer.raw.levels ?? {});
    const problems = entries.flatMap(([name, values]) =>
      repeatedValues(layer, ['levels', name], levels[name], values as Plain),
    );
    merge(levels, layer.raw.levels);
    return problems;
  });
}

function repeatedFrames(layers: readonly Layer[]): Problem[] {
  const frames: Record<string, Plain> = { frames: {}, weights: {} };
  return layers.flatMap((layer) => {
    const { weights = {}, ...rest } = layer.raw.frames ?? {};
    const isOver = layer.file.folder > 0;
    const problems = [
      ...repeatedValues(layer, ['frames'], frames.frames, rest),
      ...repeatedValues(layer, ['frames', 'weights'], frames.weights, weights),
    ];
    merge(frames, { frames: rest, weights });
    return isOver ? problems : [];
  });
}

function repeatedNames(layers: readonly Layer[]): Problem[] {
  return REPLACED.flatMap((key) => {
    const before = new Map<string, { value: unknown; path: string; folder: number }>();
    return layers.flatMap((layer) =>
      Object.entries(layer.raw[key] ?? {}).flatMap(([name, value]) => {
        const { path, folder } = layer.file;
        const earlier = before.get(name);
        before.set(name, { value, path, folder });
        const isSame = earlier !== undefined && earlier.folder < folder;
        if (!isSame || !isDeepStrictEqual(earlier.value, value)) return [];
        return [noEffect(layer, [key, name], `${name} is the same as in ${earlier.path}`, null)];
      }),
    );
  });
}

function merge(into: Record<string, Plain>, values: Record<string, object> | undefined): void {
  for (const [name, more] of Object.entries(values ?? {})) into[name] = { ...into[name], ...more };
}

function repeatedValues(layer: Layer, path: Path, before: Plain | undefined, values: Plain): Problem[] {
  return Object.entries(values).flatMap(([key, value]) =>
    before !== undefined && Object.hasOwn(before, key) && isDeepStrictEqual(before[key], value)
      ? [noEffect(layer, [...path, key], `${key} is ${show(value)} already`, null)]
      : [],
  );
}

/** A rule that replaces the same rule, in a set of the same mode; an empty list where it differs. */
export function sameRule(layer: Layer, index: number, before: LaidRule, after: LaidRule): Problem[] {
  if (before.mode !== modeOf(layer) || !isDeepStrictEqual(before.raw, after.raw)) return [];
  const message = `the rule is the same as in ${before.file.path}`;
  return [noEffect(layer, ['rules', index], message, after.raw.id)];
}

/** A rule that is switched off twice. */
export function alreadyDisabled(layer: Layer, index: number, id: string, by: string): Problem {
  return noEffect(layer, ['disable', index], `"${id}" is already switched off in ${by}`, id);
}

/** Every number and time of `changes` that the rule has already. */
export function sameNumbers(layer: Layer, rule: LaidRule, changes: Plain): Problem[] {
  const { id } = rule.raw;
  const problems: Problem[] = [];
  const walk = (before: unknown, after: unknown, path: Path): void => {
    if (typeof after === 'object' && after !== null) {
      const inside = Object(before) as Plain;
      for (const [key, value] of Object.entries(after)) walk(inside[key], value, [...path, key]);
    } else if (isSameNumber(before, after)) {
      const message = `${path.at(-1)} is ${show(before)} already`;
      problems.push(noEffect(layer, ['tune', id, ...path], message, id));
    }
  };
  walk(rule.raw, changes, []);
  return problems;
}

/** Times are the same however they are written. */
function isSameNumber(before: unknown, after: unknown): boolean {
  if (before === after) return true;
  if (typeof before !== 'string' || typeof after !== 'string') return false;
  const ms = toMs(before);
  return ms !== null && ms === toMs(after);
}

function noEffect(layer: Layer, path: Path, what: string, rule: string | null): Problem {
  const message = `this changes nothing: ${what}`;
  const problem = complainAt(layer, path, 'no-effect', message, 'another value, or nothing here', rule);
  return { ...problem, severity: 'warning' };
}
