/**
 * The shipped power rules closed over the simulated card: what they save, whom they must not slow, and where they write
 * nothing. No figure here is a measurement of a real card.
 */
import { describe, expect, test } from 'vitest';
import type { PlantParameters } from '../../src/gpu/simulated/parameters.js';
import { PlantLoop, type PlantRun, type PlantWork } from '../helpers/plant-loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';

const rtx = shippedProfile('rtx-4090');
const book = shippedBook(rtx);
const WITHOUT = { ...book, rules: book.rules.filter(({ id }) => !id.startsWith('watts-')) };

/** The same loop with the power rules and without them, for ten minutes unless said. */
async function compare(
  work: PlantWork,
  card: Partial<PlantParameters> = {},
  seconds = 600,
): Promise<{ with: PlantRun; without: PlantRun; savedPercent: number }> {
  const without = await (await PlantLoop.open(rtx, WITHOUT, card)).run(seconds, work);
  const run = await (await PlantLoop.open(rtx, book, card)).run(seconds, work);
  return { with: run, without, savedPercent: 100 * (1 - run.joulesPerFrame / without.joulesPerFrame) };
}

describe('modelled: energy of a processed frame, same model and size', { timeout: 60_000 }, () => {
  for (const [name, work, card] of [
    ['a paced loop at three quarters of its time', { inferenceMs: 9, pacedFps: 60 }, {}],
    ['a loop that never waits, on a heavy model', { inferenceMs: 6 }, { fullLoadW: 447 }],
    ['a loop beside a game that takes the rest of the card', { inferenceMs: 4, pacedFps: 60, gameMs: 2 }, {}],
  ] as [string, PlantWork, Partial<PlantParameters>][]) {
    test(`${name} takes at least 15 % less, at 98 % of the rate and no more than a point of hits`, async () => {
      const { with: run, without, savedPercent } = await compare(work, card);
      expect(savedPercent).toBeGreaterThanOrEqual(15);
      expect(run.fps).toBeGreaterThanOrEqual(0.98 * without.fps);
      expect(run.hitPercent).toBeGreaterThanOrEqual(without.hitPercent - 1);
    });
  }

  test('is left alone, without a single write, where no limit can bind', async () => {
    for (const work of [
      { inferenceMs: 1.6, otherMs: 1, pacedFps: 60 },
      { inferenceMs: 7, pacedFps: 60 },
    ]) {
      const { with: run, without } = await compare(work, {}, 240);
      expect(run.writes).toBe(0);
      expect(run).toEqual(without);
    }
  });
});

describe('modelled: a game on the same card', { timeout: 60_000 }, () => {
  test('that begins while the watts are low has all of them back within five seconds, and is not slowed again', async () => {
    const one = await PlantLoop.open(rtx, book, { fullLoadW: 447 });
    const alone = { inferenceMs: 6.5, otherMs: 1, pacedFps: 60 };
    await one.run(300, alone);
    expect(one.loop.value('powerLimitW')).toBeLessThanOrEqual(175);
    const before = one.loop.changes.length;
    await one.run(5, { ...alone, gameMs: 2 });
    expect(one.loop.value('powerLimitW')).toBe(450);
    expect(one.loop.changes[before]?.winner).toBe('watts-back');
    await one.run(300, { ...alone, gameMs: 2 });
    // A fiftieth of its rate is the most it may lose.
    expect(one.card.slowdownFactor()).toBeLessThanOrEqual(1.02);
  });
});

test('modelled: what another model costs with fewer watts is not known, so its watts come back first', {
  timeout: 60_000,
}, async () => {
  const one = await PlantLoop.open(rtx, book);
  await one.run(120, { inferenceMs: 9, pacedFps: 60 });
  const low = Number(one.loop.value('powerLimitW'));
  expect(low).toBeLessThan(250);
  await one.loop.tick([{ kind: 'applied', knob: 'streams', value: 1, ok: true, tookMs: 1, revision: 0 }]);
  await one.run(6, { inferenceMs: 9, pacedFps: 60 });
  expect(Number(one.loop.value('powerLimitW'))).toBeGreaterThan(low);
});
