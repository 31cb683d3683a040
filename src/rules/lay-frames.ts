/** The frame rules of all files. */
import { CATALOGUE } from '../facts/catalogue.js';
import { didYouMean } from '../nearest.js';
import type { FrameRules, Problem } from '../shapes/rule.js';
import { complainAt, type Layer, MAX_PROBLEMS } from './layer.js';
import type { LostNames } from './lost-names.js';

/** What a bot may say is true of a frame; more where a weight names it. */
const SCENE_FLAGS = Object.keys(CATALOGUE).flatMap((name) => /^scene\.(.*)$/.exec(name)?.slice(1) ?? []);

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
  const flags = [...SCENE_FLAGS, ...Object.keys(frames.weights)];
  for (const layer of layers) {
    for (const [i, flag] of (layer.raw.frames?.never ?? []).entries()) {
      if (flags.includes(flag) || lost.mayWeigh() || problems.length > MAX_PROBLEMS) continue;
      const message = `no flag is named "${flag}"${didYouMean(flag, flags)}`;
      const expected = `one of ${SCENE_FLAGS.join(', ')}, or one that has a weight`;
      problems.push(complainAt(layer, ['frames', 'never', i], 'unknown-flag', message, expected, null));
    }
  }
  return frames;
}
