/** The levels of all files and of the profile. */

import { didYouMean } from '../nearest.js';
import { bareRecord, ownOf } from '../own.js';
import type { Profile } from '../shapes/profile.js';
import type { Level, Problem } from '../shapes/rule.js';
import { complainAt, type Layer, MAX_PROBLEMS } from './layer.js';
import type { LostNames } from './lost-names.js';
import type { RuleContext } from './rule.js';

/** The levels that stand at the end: the profile's figures lie between the first folder's and those of later ones. */
export function layLevels(
  layers: readonly Layer[],
  profile: Profile,
  lost: LostNames,
  problems: Problem[],
): Record<string, Level> {
  const levels: Record<string, Partial<Level>> = bareRecord();
  const lay = (name: string, values: Partial<Level>): void => {
    levels[name] = { ...levels[name], ...values };
  };
  // The profile's figures stand between the shipped book and what people lay over it.
  for (const layer of layers.filter((one) => one.file.folder === 0)) {
    for (const [name, values] of Object.entries(layer.raw.levels ?? {})) lay(name, values);
  }
  for (const name of Object.keys(levels))
    lay(name, { ...ownOf(profile.levels, name), ...profile.everyLevel });
  for (const layer of layers.filter((one) => one.file.folder > 0)) {
    for (const [name, values] of Object.entries(layer.raw.levels ?? {})) lay(name, values);
  }
  for (const layer of layers) {
    for (const name of Object.keys(layer.raw.levels ?? {})) {
      if (problems.length > MAX_PROBLEMS) break;
      const { targetFps, gpuUsageLimitPercent } = levels[name] ?? {};
      if (targetFps !== undefined && gpuUsageLimitPercent !== undefined) continue;
      if (lost.may('levels', name)) continue;
      const message = `the level "${name}" lacks targetFps or gpuUsageLimitPercent${didYouMean(
        name,
        Object.keys(levels).filter((other) => other !== name),
      )}`;
      problems.push(
        complainAt(
          layer,
          ['levels', name],
          'missing-key',
          message,
          'both, for a level that no earlier folder has',
          null,
        ),
      );
    }
  }
  const off = { dynamicResolution: false, frameSkipping: false, tensorrt: false, batchProcessing: false };
  return Object.fromEntries(
    Object.entries(levels).map(([name, values]) => [name, { ...off, ...values } as Level]),
  );
}

/** Complains about names that are no level. */
export function levelChecker(levels: Record<string, Level>, lost: LostNames): RuleContext['checkLevel'] {
  const names = Object.keys(levels);
  return (name, path, complain) => {
    if (Object.hasOwn(levels, name) || lost.may('levels', name)) return;
    const expected = names.length === 0 ? 'a name under levels' : `one of ${names.join(', ')}`;
    complain(path, 'unknown-level', `no level is named "${name}"${didYouMean(name, names)}`, expected);
  };
}
