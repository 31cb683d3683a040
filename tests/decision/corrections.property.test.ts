import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TickResult } from '../../src/agent/tick-types.js';
import type { Book } from '../../src/shapes/rule.js';
import { COOL, frames, hello, Loop, measured, TICK_MS } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';

/** Whether the long counts run. */
const SOAK = process.env.EVENKEEL_SOAK !== undefined;
const cpu = shippedProfile('cpu');
const RELIEF = ['resolution-down', 'model-down', 'resolution-fit', 'skip-more'];

/** Spells of load: what s at 640 takes in ms, for how long, in a fight or not. */
const spells = fc.array(
  fc.record({
    loadMs: fc.constantFrom(30, 60, 110, 180, 300),
    seconds: fc.integer({ min: 2, max: 25 }),
    combat: fc.boolean(),
  }),
  { minLength: 2, maxLength: 10 },
);

/** A bot that stands still for a second while it switches models. */
const slowSwitch = hello({
  knobs: {
    model: { values: ['yolov8n', 'yolov8s'], value: 'yolov8s', switchGapMs: 1_000 },
    resolution: { values: [256, 320, 416, 512, 640], value: 640 },
    frameSkip: { range: [0, 0.8], value: 0 },
    streams: { range: [1, 2], value: 1 },
  },
});

function reliefWaits({ decision }: TickResult): { code: string; reason: string }[] {
  return Object.values(decision.knobs).flatMap(({ losers }) =>
    losers.filter(({ by }) => RELIEF.includes(by)),
  );
}

/** What relief may lose to without being delayed: somebody else's word, another relief, or nothing left to give. */
const NOT_A_DELAY = ['outranked', 'oneKnob', 'noRung', 'bounded', 'held', 'override', 'graded', 'inFlight'];

describe('corrections', { timeout: 120_000 }, () => {
  test('wait for one full tick of new frames and at most two seconds of a scene, and for nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(spells, fc.boolean(), async (all, isSlow) => {
        const loop = new Loop(cpu, shippedBook(cpu), {}, { engine: 'compiled' });
        await loop.tick([isSlow ? slowSwitch : hello()]);
        const { tick } = loop;
        let sceneMs = 0;
        loop.tick = async (...parameters) => {
          const result = await tick.apply(loop, parameters);
          const waits = reliefWaits(result);
          const told = waits.filter(({ code }) => !NOT_A_DELAY.includes(code));
          const scenes = told.filter(({ code, reason }) => code === 'scene' && reason.startsWith('waits'));
          sceneMs = scenes.length > 0 ? sceneMs + TICK_MS : 0;
          expect(sceneMs).toBeLessThanOrEqual(2_000);
          for (const { code, reason } of told) {
            if (code === 'scene') continue;
            expect({ code, reason }).toEqual({
              code: 'settling',
              reason: expect.stringMatching(/^waits for frames after /),
            });
            // Changes are answered at the tick after, with frames: the very next one may correct.
            expect(loop.core.memory.settling?.ticks).toBe(0);
          }
          return result;
        };
        for (const { loadMs, seconds, combat } of all)
          await loop.run(seconds, () => loadMs, { scene: { combatActive: combat } });
      }),
      { numRuns: SOAK ? 400 : 20 },
    );
  });
});

/** The shipped book with a safety rule that caps the model and one that caps the watts. */
const SAFE: Book = shippedBook(
  cpu,
  `version: 1
rules:
  - id: last-resort
    safety: true
    when: { system.cpuTemperatureC: { above: 90 } }
    then: [ { cap: { model: yolov8n, resolution: 320, powerLimitW: 250 } } ]
    because: the processor melts
`,
);

describe('safety', { timeout: 120_000 }, () => {
  test('is decided at the tick at which its rule becomes active, whatever else waits', async () => {
    await fc.assert(
      fc.asyncProperty(spells, fc.nat(40), async (all, extraTicks) => {
        const loop = new Loop(cpu, SAFE, {}, { engine: 'compiled' });
        await loop.tick([
          slowSwitch,
          { kind: 'device', knob: 'powerLimitW', offer: { range: [150, 600], value: 450 } },
        ]);
        for (const { loadMs, seconds, combat } of all)
          await loop.run(seconds, () => loadMs, { scene: { combatActive: combat } });
        loop.answer = false;
        const scene = { combatActive: true };
        for (let i = 0; i < extraTicks % 4; i++) await loop.tick([frames(4, 150, 140, { scene })]);
        const hot = { ...COOL, 'system.cpuTemperatureC': measured(95) };
        const { decision } = await loop.tick([frames(4, 150, 140, { scene })], hot);
        expect(decision.knobs.model?.value).toBe('yolov8n');
        expect(decision.knobs.resolution?.value).toBeLessThanOrEqual(320);
        expect(decision.knobs.powerLimitW?.value).toBeLessThanOrEqual(250);
      }),
      { numRuns: SOAK ? 200 : 15 },
    );
  });
});

describe('a lifted cap', { timeout: 120_000 }, () => {
  const capped = shippedBook(
    cpu,
    `version: 1
rules:
  - id: small
    when: { system.cpuTemperatureC: { above: 90 } }
    then: [ { cap: { model: yolov8n, resolution: 256, powerLimitW: 250, captureFps: 5 } } ]
    because: it is hot
`,
  );

  test('climbs a rung at a time, one quality knob a tick, and watts no faster than every three seconds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 20 }), fc.constantFrom(20, 60), async (hotTicks, loadMs) => {
        const loop = new Loop(cpu, capped, {}, { engine: 'compiled' });
        await loop.tick([
          hello(),
          { kind: 'device', knob: 'powerLimitW', offer: { range: [150, 600], value: 450 } },
        ]);
        const hot = { ...COOL, 'system.cpuTemperatureC': measured(95) };
        const cool = { ...COOL, 'system.cpuTemperatureC': measured(50) };
        await loop.run(hotTicks / 2, () => loadMs, { readings: hot });
        expect([loop.value('model'), loop.value('resolution'), loop.value('powerLimitW')]).toEqual([
          'yolov8n',
          256,
          250,
        ]);
        const before = loop.changes.length;
        await loop.run(60, () => loadMs, { readings: cool });
        const climbs = loop.changes.slice(before);
        const sizes = climbs.filter(({ knob }) => knob === 'resolution').map(({ to }) => to);
        expect(sizes).toEqual([320, 416, 512, 640]);
        const watts = climbs.filter(({ knob }) => knob === 'powerLimitW');
        expect(watts.map(({ to }) => to)).toEqual([275, 300, 325, 350, 375, 400, 425, 450]);
        for (const [i, { atMs }] of watts.entries())
          if (i > 0) expect(atMs - (watts[i - 1]?.atMs ?? 0)).toBeGreaterThanOrEqual(3_000);
        const quality = climbs.filter(({ knob }) => knob === 'model' || knob === 'resolution');
        expect(new Set(quality.map(({ atMs }) => atMs)).size).toBe(quality.length);
        // The first rung comes as soon as the cap is gone.
        const first = quality[0]?.atMs ?? Number.POSITIVE_INFINITY;
        expect(first - (watts[0]?.atMs ?? 0)).toBeLessThanOrEqual(TICK_MS);
      }),
      { numRuns: SOAK ? 40 : 4 },
    );
  });
});
