import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isOffered } from '../../src/decision/predict.js';
import type { HelloEvent, TickEvent } from '../../src/shapes/sample.js';
import { COOL, frames, hello, Loop, measured } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';
import { books, DEVICE, givens, grids, helloOf, RTX, readingsOf } from './random-books.js';

const cpu = shippedProfile('cpu');
const SHIPPED = shippedBook(cpu);
const RTX_SHIPPED = shippedBook(RTX);
const LEVELS = ['conservative', 'balanced', 'aggressive', 'maximum'] as const;

const loopOf = (): Loop => new Loop(cpu, SHIPPED, {}, { engine: 'compiled' });

/** Frames and readings of one tick, from idle to absurd, and a level that a person may ask for. */
const tick = fc.record({
  totalMs: fc.integer({ min: 1, max: 2_000 }),
  share: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
  queueSize: fc.integer({ min: 0, max: 12 }),
  busyPercent: fc.integer({ min: 0, max: 100 }),
  level: fc.option(fc.constantFrom(...LEVELS), { nil: null, freq: 8 }),
});

/** Plays ticks of a bot; returns the knobs that were changed. */
async function play(
  loop: Loop,
  first: HelloEvent,
  ticks: readonly (typeof tick extends fc.Arbitrary<infer T> ? T : never)[],
): Promise<string[]> {
  await loop.tick([first, DEVICE]);
  for (const { totalMs, share, queueSize, busyPercent, level } of ticks) {
    const events: TickEvent[] = [frames(3, totalMs, totalMs * share, { queueSize })];
    if (level !== null) events.push({ kind: 'level', value: level });
    await loop.tick(events, { ...COOL, 'gpu.utilizationPercent': measured(busyPercent) });
  }
  return loop.changes.map(({ knob }) => knob);
}

describe('whatever its frames take, and whatever level is asked for', () => {
  test('a bot of one model at one size is never asked for another, and nothing waits for one', async () => {
    const one = hello({
      models: [{ name: 'yolov8s', sizes: [640] }],
      knobs: { model: { values: ['yolov8s'], value: 'yolov8s' }, resolution: { values: [640], value: 640 } },
    });
    await fc.assert(
      fc.asyncProperty(fc.array(tick, { minLength: 5, maxLength: 40 }), async (ticks) => {
        const loop = loopOf();
        const changed = await play(loop, one, ticks);
        expect(changed.filter((knob) => knob === 'model' || knob === 'resolution')).toEqual([]);
        expect([
          loop.core.memory.settling,
          loop.core.memory.ledger.open.filter(({ knob }) => knob !== 'powerLimitW'),
        ]).toEqual([null, []]);
      }),
      { numRuns: 40 },
    );
  });

  test('for a bot without knobs nothing of a bot is decided, and its frames are those of an observer', async () => {
    const none = hello({ controls: false, models: [], knobs: {} });
    await fc.assert(
      fc.asyncProperty(fc.array(tick, { minLength: 5, maxLength: 40 }), async (ticks) => {
        const loop = loopOf();
        const changed = await play(loop, none, ticks);
        expect(changed.filter((knob) => knob !== 'powerLimitW' && knob !== 'level')).toEqual([]);
        expect(Object.keys(loop.core.memory.knobs).sort()).toEqual(['level', 'powerLimitW']);
        expect(loop.core.store.known('frame.totalMs')).toBeUndefined();
        expect(loop.core.store.known('bots.test-bot.frame.totalMs')).toBeDefined();
      }),
      { numRuns: 20 },
    );
  });

  test.each([10, 30, 60])(
    'a bot that caps itself at %i FPS is neither slowed below that nor skips',
    async (fps) => {
      for (const level of LEVELS) {
        const loop = new Loop(RTX, RTX_SHIPPED, { level }, { engine: 'compiled' });
        const { knobs } = hello();
        await loop.tick([
          hello({ knobs: { ...knobs, captureFps: { range: [5, 240], value: fps } } }),
          DEVICE,
        ]);
        const busy = { ...COOL, 'gpu.utilizationPercent': measured(99) };
        await loop.run(45, () => (1000 / fps) * 0.5, {
          otherMs: 1,
          pacedFps: fps,
          readings: busy,
          from: { model: 'yolov8s', resolution: 640 },
        });
        const least = Math.min(fps, RTX_SHIPPED.levels[level]?.targetFps ?? 0);
        for (const { knob, to } of loop.changes) {
          if (knob === 'captureFps') expect(Number(to), level).toBeGreaterThanOrEqual(least - 1);
          expect(knob, level).not.toBe('frameSkip');
        }
      }
    },
  );
});

test('whatever an owner refuses of a pair, and when, no pair is decided that was not offered', async () => {
  const steps = fc.array(
    fc.record({ given: givens, answers: fc.array(fc.boolean(), { minLength: 2, maxLength: 2 }) }),
    { minLength: 4, maxLength: 16 },
  );
  await fc.assert(
    fc.asyncProperty(books, grids, steps, async (book, models, given) => {
      const loop = new Loop(RTX, book, {}, { engine: 'compiled' });
      loop.answer = false;
      let owed: TickEvent[] = [];
      const inForce = new Map<string, string | number>();
      const first = helloOf(models);
      for (const [knob, { value }] of Object.entries(first.knobs)) inForce.set(knob, value);
      await loop.tick([first, DEVICE]);
      for (const { given: readings, answers } of given) {
        const { changes, decision } = await loop.tick([...owed, frames(8, 20, 16)], readingsOf(readings));
        const pair = { model: decision.knobs.model?.value, resolution: decision.knobs.resolution?.value };
        expect(isOffered(models, pair), JSON.stringify(pair)).toBe(true);
        // As the clients answer: the one, then the other, and what does not fit what is in force is refused.
        owed = changes.map(({ knob, to }, i): TickEvent => {
          const next = { model: inForce.get('model'), resolution: inForce.get('resolution'), [knob]: to };
          const isBoth =
            changes.filter((one) => one.knob === 'model' || one.knob === 'resolution').length === 2;
          const fits =
            (knob !== 'model' && knob !== 'resolution') ||
            isOffered(models, next) ||
            (isBoth && knob === 'model');
          const ok = fits && answers[i % 2] === true;
          if (ok) inForce.set(knob, to);
          return {
            kind: 'applied',
            knob,
            value: inForce.get(knob) ?? to,
            ok,
            tookMs: 1,
            revision: decision.revision,
          };
        });
      }
    }),
    { numRuns: 80 },
  );
});
