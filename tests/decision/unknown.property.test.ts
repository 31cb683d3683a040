import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KnobValue } from '../../src/shapes/knob.js';
import type { Book } from '../../src/shapes/rule.js';
import type { HelloEvent, TickEvent } from '../../src/shapes/sample.js';
import { frames, Loop } from '../helpers/loop.js';
import {
  books,
  DEVICE,
  GIVEN_FACTS,
  type GivenFact,
  givens,
  grids,
  helloOf,
  RTX,
  readingsOf,
} from './random-books.js';

interface Tick {
  combat: boolean;
  given: Partial<Record<GivenFact, number>>;
  hasFrames: boolean;
}

const history = fc.array(givens, { minLength: 1, maxLength: 6 });
/** What becomes unknown: some readings, perhaps the frames as well. */
const losses = fc.record({
  lost: fc.subarray(GIVEN_FACTS),
  framesLost: fc.boolean(),
});

function eventsOf({ hasFrames, combat }: Tick): TickEvent[] {
  return hasFrames ? [frames(8, 10, 8, { scene: { combatActive: combat } })] : [];
}

/** Quiet for so long that rules which hold on constant inputs have done what they do. */
const QUIET_TICKS = 60;
const WATCHED_TICKS = 40;

async function playTo(book: Book, models: HelloEvent['models'], ticks: readonly Tick[]): Promise<Loop> {
  const loop = new Loop(RTX, book, {}, { engine: 'compiled' });
  await loop.tick([helloOf(models), DEVICE]);
  for (const tick of ticks) await loop.tick(eventsOf(tick), readingsOf(tick.given));
  return loop;
}

async function watch(loop: Loop, tick: Tick): Promise<Record<string, KnobValue>[]> {
  const seen: Record<string, KnobValue>[] = [];
  for (let i = 0; i < WATCHED_TICKS; i++) {
    const { decision } = await loop.tick(eventsOf(tick), readingsOf(tick.given));
    const values = Object.entries(decision.knobs).map(([knob, { value }]) => [knob, value]);
    seen.push({ ...Object.fromEntries(values), active: decision.active.join(' ') });
  }
  return seen;
}

function isStill(seen: readonly Record<string, KnobValue>[], before: Record<string, KnobValue>): boolean {
  return seen.every((values) => JSON.stringify(values) === JSON.stringify(before));
}

test('making any readings unknown yields neither lower quality nor more load nor more watts, then or while they stay so', {
  timeout: 600_000,
}, async () => {
  let judged = 0;
  await fc.assert(
    fc.asyncProperty(
      books,
      grids,
      history,
      losses,
      fc.boolean(),
      async (book, models, past, { lost, framesLost }, combat) => {
        const ticks = past.flatMap((given) =>
          Array.from({ length: 6 }, () => ({ given, hasFrames: true, combat })),
        );
        const last: Tick = { given: past.at(-1) ?? {}, hasFrames: true, combat };
        const quiet = [...ticks, ...Array.from({ length: QUIET_TICKS }, () => last)];
        const known = await playTo(book, models, quiet);
        const [before = {}] = await watch(known, last);
        // A loop that moves on constant, known inputs moves for a reason that is known; so does one whose rules come and
        // go, because "when" and "until" are true together.
        if (!isStill(await watch(known, last), before)) return;
        judged++;
        const left = Object.entries(last.given).filter(([fact]) => !lost.includes(fact as GivenFact));
        const blind: Tick = { given: Object.fromEntries(left), hasFrames: !framesLost, combat };
        const loop = await playTo(book, models, [
          ...quiet,
          ...Array.from({ length: WATCHED_TICKS }, () => last),
        ]);
        for (const values of await watch(loop, blind)) {
          for (const knob of ['model', 'resolution', 'frameSkip'])
            expect(values[knob], knob).toBe(before[knob]);
          for (const knob of ['powerLimitW', 'streams', 'batchSize', 'captureFps'])
            expect(Number(values[knob]), knob).toBeLessThanOrEqual(Number(before[knob]));
        }
      },
    ),
    { numRuns: process.env.EVENKEEL_SOAK === undefined ? 40 : 2_000 },
  );
  expect(judged).toBeGreaterThan(8);
});
