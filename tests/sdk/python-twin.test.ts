/** The Python client decides as the TypeScript one does. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findPython } from '../../bench/parts/python.js';
import { createRandom } from '../../bench/parts/random.js';
import { decideSkip, SKIP_START } from '../../src/frames/skip.js';
import type { FrameRules } from '../../src/shapes/rule.js';
import { ROOT } from '../helpers/checkout.js';

const FLAGS = ['motionDetected', 'newObjects', 'uiChanges', 'combatActive', 'a_b', 'Z', 'unknown'];
const BLOCKS = 500;
const FRAMES_OF_BLOCK = 200;

type Frame = [atMs: number, share: number, flags: string[]];

const python = findPython();
const why = typeof python === 'string' ? `, but ${python}` : '';

test.skipIf(typeof python === 'string')(
  `of 100,000 random frames both skip the same, for the same reason, with the same credit${why}`,
  () => {
    if (typeof python === 'string') return;
    const random = createRandom(7);
    const blocks = Array.from({ length: BLOCKS }, () => randomBlock(random));
    const { stdout, stderr, status } = spawnSync(
      python.command,
      [...python.args, '-B', join(ROOT, 'clients/python/tests/skip_twin.py')],
      { input: JSON.stringify({ blocks }), encoding: 'utf8', maxBuffer: 67_108_864 },
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const theirs = stdout.trim().split(' ');
    let state = SKIP_START;
    const ours = blocks.flatMap(({ frameRules, frames }) =>
      frames.map(([atMs, share, flags]) => {
        const scene = Object.fromEntries(flags.map((flag) => [flag, true]));
        const verdict = decideSkip(state, share, scene, frameRules, atMs);
        state = verdict.state;
        return `${verdict.reason[0]}${state.credit}`;
      }),
    );
    expect(ours).toHaveLength(100_000);
    const different = ours.findIndex((verdict, index) => verdict !== theirs[index]);
    expect({ different, ours: ours[different], theirs: theirs[different] }).toEqual({ different: -1 });
    expect(theirs).toHaveLength(100_000);
    expect(new Set(ours.map((verdict) => verdict[0]))).toEqual(new Set(['s', 'c', 'n', 'r', 'a']));
  },
);

/** Rules with odd weights, and frames under them. */
function randomBlock(random: () => number): { frameRules: FrameRules; frames: Frame[] } {
  const flagsBy = (share: number): string[] => FLAGS.filter(() => random() < share);
  const frameRules: FrameRules = {
    weights: Object.fromEntries(flagsBy(0.7).map((flag) => [flag, random() * (random() < 0.2 ? 10 : 2)])),
    maxImportance: 0.1 + random() * 5,
    never: flagsBy(0.05),
    maxSkipRun: Math.floor(random() * 8),
    maxAgeMs: 1 + random() * 200,
  };
  let atMs = random() * 1e6;
  const share = random();
  const frames = Array.from({ length: FRAMES_OF_BLOCK }, (): Frame => {
    atMs += random() * 30;
    return [atMs, random() < 0.9 ? share : random() * 1.2 - 0.1, flagsBy(0.15)];
  });
  return { frameRules, frames };
}
