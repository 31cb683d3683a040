import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import {
  DEFAULT_FRAME_RULES,
  importanceOf,
  isNeverSkipped,
  toThousandths,
} from '../../src/frames/importance.js';
import { decideSkip, SKIP_START } from '../../src/frames/skip.js';
import type { FrameRules } from '../../src/shapes/rule.js';
import { readJson } from '../helpers/checkout.js';

interface Vectors {
  importance: { scene: string[]; rules: FrameRules; thousandths: number }[];
  sequences: {
    title: string;
    rules: FrameRules;
    frames: {
      atMs: number;
      share: number;
      scene: string[];
      skip: boolean;
      reason: string;
      credit: number;
    }[];
  }[];
}

const vectors = readJson<Vectors>('tests/cases/frame-skip.json');
const UNBOUND: FrameRules = { ...DEFAULT_FRAME_RULES, maxSkipRun: 1_000, maxAgeMs: 600_000 };

const sceneOf = (flags: readonly string[]): Record<string, boolean> =>
  Object.fromEntries(flags.map((flag) => [flag, true]));

test.each(vectors.importance)('the importance of $scene is $thousandths', ({ scene, rules, thousandths }) => {
  expect(importanceOf(sceneOf(scene), rules)).toBe(thousandths);
});

test.each(vectors.sequences)('$title', ({ rules, frames }) => {
  let state = SKIP_START;
  for (const { atMs, share, scene, ...expected } of frames) {
    const { skip, reason, state: next } = decideSkip(state, share, sceneOf(scene), rules, atMs);
    state = next;
    expect({ skip, reason, credit: state.credit }, `at ${atMs} ms`).toEqual(expected);
  }
});

test('a flag that is false weighs nothing, and one of no own name neither', () => {
  expect(importanceOf({ combatActive: false }, DEFAULT_FRAME_RULES)).toBe(1000);
  expect(isNeverSkipped({ combatActive: false }, DEFAULT_FRAME_RULES)).toBe(false);
  expect(toThousandths(0.0005)).toBe(1);
});

const scenes = fc.array(
  fc.dictionary(fc.constantFrom(...Object.keys(DEFAULT_FRAME_RULES.weights)), fc.boolean(), { maxKeys: 5 }),
  { minLength: 1, maxLength: 200 },
);

property.prop([
  scenes,
  fc.double({ min: -1, max: 2, noNaN: true }),
  fc.integer({ min: 0, max: 12 }),
  fc.integer({ min: 1, max: 400 }),
])(
  'combat and critical frames are never skipped, no run is longer than its bound, no result older',
  (frames, share, maxSkipRun, intervalMs) => {
    const rules = { ...DEFAULT_FRAME_RULES, maxSkipRun };
    let state = SKIP_START;
    let run = 0;
    let processedAtMs = 0;
    for (const [index, scene] of frames.entries()) {
      const atMs = index * intervalMs;
      const verdict = decideSkip(state, share, scene, rules, atMs);
      state = verdict.state;
      if (isNeverSkipped(scene, rules)) expect(verdict.skip).toBe(false);
      if (!verdict.skip) processedAtMs = atMs;
      run = verdict.skip ? run + 1 : 0;
      expect(run).toBeLessThanOrEqual(maxSkipRun);
      expect(atMs - processedAtMs).toBeLessThan(rules.maxAgeMs);
      expect(Number.isInteger(state.credit) && state.credit >= 0 && state.credit <= 2000).toBe(true);
    }
  },
);

property.prop([fc.integer({ min: 100, max: 800 })])(
  'the share skipped at importance 1 is the share asked, within 1 %',
  (thousandths) => {
    const frames = 2_000;
    let state = SKIP_START;
    let skipped = 0;
    for (let index = 0; index < frames; index += 1) {
      const verdict = decideSkip(state, thousandths / 1000, {}, UNBOUND, index);
      state = verdict.state;
      if (verdict.skip) skipped += 1;
    }
    expect(Math.abs(skipped / frames - thousandths / 1000)).toBeLessThanOrEqual(0.01 * (thousandths / 1000));
  },
);
