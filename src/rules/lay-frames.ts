/** The frame rules of all files. */
import { SCENE_FLAGS } from '../facts/catalogue.js';
import { didYouMean } from '../nearest.js';
import type { FrameRules, Problem } from '../shapes/rule.js';
import { complainAt, type Layer, MAX_PROBLEMS } from './layer.js';
import type { LostNames } from './lost-names.js';
import type { RuleContext } from './rule.js';

/** A frame is worth 1 and none is skipped for long, unless the book says otherwise. */
const NO_FRAME_RULES: FrameRules = { weights: {}, maxImportance: 3, never: [], maxSkipRun: 4, maxAgeMs: 500 };

/** Single values of later files replace those of earlier ones, weights one by one. */
export function layFrames(layers: readonly Layer[], lost: LostNames, problems: Problem[]): FrameRules {
  const frames = { ...NO_FRAME_RULES, weights: { ...NO_FRAME_RULES.weights } };
  for (const { raw } of layers) {
    const { weights, ...rest } = raw.frames ?? {};
    Object.assign(frames, rest);
    Object.assign(frames.weights, weights);
  }
  const checkFlag = flagChecker(layers, lost);
  for (const layer of layers) {
    for (const [i, flag] of (layer.raw.frames?.never ?? []).entries()) {
      if (problems.length > MAX_PROBLEMS) continue;
      checkFlag(flag, ['frames', 'never', i], (path, code, message, expected) => {
        problems.push(complainAt(layer, path, code, message, expected, null));
      });
    }
  }
  return frames;
}

/** Complains about names that are no flag of a scene: neither of the catalogue nor one that some file gives a weight. */
export function flagChecker(layers: readonly Layer[], lost: LostNames): RuleContext['checkFlag'] {
  const weighed = layers.flatMap(({ raw }) => Object.keys(raw.frames?.weights ?? {}));
  const flags = [...SCENE_FLAGS, ...weighed];
  return (flag, path, complain) => {
    if (flags.includes(flag) || lost.mayWeigh()) return;
    const message = `no flag is named "${flag}"${didYouMean(flag, flags)}`;
    const expected = `one of ${SCENE_FLAGS.join(', ')}, or one that has a weight`;
    complain(path, 'unknown-flag', message, expected, true);
  };
}
