/**
 * The shipped rules closed over the simulated card: hot rooms and failed fans, with loops that are paced, that are not, and
 * beside a game. `none` is the same loop whose decisions reach no card.
 */
import { describe, expect, test } from 'vitest';
import type { SimulatedLoad } from '../../src/gpu/simulated/card.js';
import type { PlantParameters } from '../../src/gpu/simulated/parameters.js';
import { PlantLoop, type PlantWork } from '../helpers/plant-loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';

const rtx = shippedProfile('rtx-4090');
const book = shippedBook(rtx);
const SOAK = process.env.EVENKEEL_SOAK !== undefined;
/** The room of the plant is at 22 °C. */
const ROOM_C = 22;

const LOOPS: Record<string, PlantWork> = {
  'a paced loop': { inferenceMs: 10, pacedFps: 60 },
  'a loop that never waits': { inferenceMs: 6 },
  'a loop beside a game': { inferenceMs: 4, pacedFps: 60, gameMs: 2 },
};
/** Both thermal time constants at the corners of their ranges, and the heaviest published draw. */
const CARDS: Record<string, Partial<PlantParameters>> = {
  'a card that heats fast': { slowTauMs: 40_000, fastShare: 0.5 },
  'a card that heats slowly': { slowTauMs: 180_000, fastShare: 0.1 },
  'a card that draws 447 W': { fullLoadW: 447 },
};

async function pair(work: PlantWork, card: Partial<PlantParameters>, faults: SimulatedLoad, seconds = 480) {
  const none = await (await PlantLoop.open(rtx, book, card, false)).run(seconds, work, faults);
  const held = await PlantLoop.open(rtx, book, card);
  return { none, rules: await held.run(seconds, work, faults), held };
}

describe('modelled: a hot room', { timeout: 60_000 }, () => {
  const loops = Object.entries(LOOPS);
  for (const [i, [name, card]] of Object.entries(CARDS).entries()) {
    // The long count tries every loop on every card.
    for (const [loop, work] of SOAK ? loops : loops.slice(i, i + 1)) {
      test(`${loop} on ${name} is held before the card limits itself`, async () => {
        for (const aboveC of SOAK ? [15, 20, 25, 28] : [28]) {
          const { none, rules } = await pair(work, card, { ambientC: ROOM_C + aboveC });
          // A second at most, as 447 W come at once into a room of 50 °C.
          expect(rules.secondsThermal).toBeLessThanOrEqual(1);
          expect(rules.hottestC).toBeLessThanOrEqual(83.5);
          expect(rules.hottestC).toBeLessThanOrEqual(none.hottestC);
          // The watts are not chased up and down.
          expect(rules.writes).toBeLessThanOrEqual(60);
        }
      });
    }
  }

  test('15 °C above the usual costs a loop beside a game none of its rate', async () => {
    const { none, rules } = await pair({ inferenceMs: 4, pacedFps: 60, gameMs: 2 }, {}, { ambientC: 37 });
    expect(none.secondsThermal).toBeGreaterThan(60);
    expect(rules.secondsThermal).toBe(0);
    expect(rules.fps).toBeGreaterThanOrEqual(0.98 * none.fps);
  });

  test('ends, and its watts are back', async () => {
    const { none, rules, held } = await pair({ inferenceMs: 6 }, {}, { ambientC: ROOM_C + 28 });
    expect(none.secondsThermal).toBeGreaterThan(60);
    expect(rules.secondsThermal).toBe(0);
    expect(held.loop.value('powerLimitW')).toBeLessThan(300);
    // The bot idles in a room as usual: nothing is to be saved, nothing to be cooled.
    await held.run(120, { inferenceMs: 0.2, otherMs: 0.2, pacedFps: 60 }, { ambientC: ROOM_C });
    expect(held.loop.value('powerLimitW')).toBe(450);
  });
});

describe('modelled: fans that do not turn', { timeout: 60_000 }, () => {
  test('are no hotter than without rules, the limit goes to its lowest, and people are told why it does not help', async () => {
    for (const work of Object.values(LOOPS).slice(0, SOAK ? 3 : 1)) {
      const { none, rules, held } = await pair(work, {}, { fansWork: false });
      // Within what the plant's arithmetic leaves: both end where the card holds itself.
      expect(rules.hottestC).toBeLessThanOrEqual(none.hottestC);
      expect(rules.secondsThermal).toBeLessThan(none.secondsThermal);
      expect(held.loop.value('powerLimitW')).toBe(150);
      expect(held.loop.core.ruleMemory('heat-without-watts')?.activations).toBe(1);
    }
  });
});
