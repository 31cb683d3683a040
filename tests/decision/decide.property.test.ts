import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildBook } from '../../src/rules/book.js';
import type { Readings } from '../../src/shapes/reading.js';
import type { TickEvent } from '../../src/shapes/sample.js';
import { COOL, frames, hello, Loop, measured, SESSION } from '../helpers/loop.js';
import { shippedBook, shippedFiles, shippedProfile } from '../helpers/shipped.js';

const cpu = shippedProfile('cpu');
const book = shippedBook(cpu);
const COMPILED = { engine: 'compiled' } as const;

/** What may happen at one tick, from quiet to absurd. */
const tick = fc.record({
  totalMs: fc.option(fc.integer({ min: 1, max: 2_000 }), { nil: undefined }),
  inferenceShare: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
  marginC: fc.option(fc.integer({ min: -10, max: 50 }), { nil: undefined }),
  memoryPercent: fc.integer({ min: 10, max: 100 }),
  queueSize: fc.integer({ min: 0, max: 12 }),
  combat: fc.boolean(),
  battery: fc.boolean(),
  wish: fc.option(
    fc.oneof(
      fc.record({
        kind: fc.constant('level' as const),
        value: fc.constantFrom('conservative', 'balanced', 'maximum'),
      }),
      fc.record({
        kind: fc.constant('override' as const),
        knob: fc.constant('resolution'),
        value: fc.constantFrom(256, 320, 416, 512, 640),
        forS: fc.integer({ min: 1, max: 20 }),
      }),
      fc.record({ kind: fc.constant('auto' as const), value: fc.boolean() }),
    ),
    { nil: undefined, freq: 12 },
  ),
});
type Tick = typeof tick extends fc.Arbitrary<infer T> ? T : never;

function readingsOf({ marginC, memoryPercent, battery }: Tick): Readings {
  const { 'gpu.thermalMarginC': _margin, ...rest } = COOL;
  return {
    ...rest,
    ...(marginC === undefined ? {} : { 'gpu.thermalMarginC': measured(marginC) }),
    'system.memoryPercent': measured(memoryPercent),
    'system.onBattery': measured(battery),
  };
}

function eventsOf({ totalMs, inferenceShare, queueSize, combat, wish }: Tick): TickEvent[] {
  const told =
    totalMs === undefined
      ? []
      : [frames(3, totalMs, totalMs * inferenceShare, { queueSize, scene: { combatActive: combat } })];
  return wish === undefined ? told : [...told, wish];
}

const device: TickEvent = { kind: 'device', knob: 'powerLimitW', offer: { range: [150, 600], value: 450 } };

/** Runs the ticks; each decided value must be one that its owner can do. */
async function play(ticks: readonly Tick[], loop: Loop): Promise<string[]> {
  const lines: string[] = [];
  await loop.tick([hello(), device]);
  for (const one of ticks) {
    const result = await loop.tick(eventsOf(one), readingsOf(one));
    for (const [name, { value }] of Object.entries(result.decision.knobs)) {
      const offer = loop.core.memory.knobs[name]?.offer;
      if (offer?.values !== undefined) expect(offer.values).toContain(value);
      if (offer?.range === undefined) continue;
      expect(value).toBeGreaterThanOrEqual(offer.range[0]);
      expect(value).toBeLessThanOrEqual(offer.range[1]);
    }
    const moved = result.changes.filter(({ knob }) => ['model', 'resolution', 'frameSkip'].includes(knob));
    const isForced = one.wish !== undefined || Object.keys(loop.core.memory.overrides).length > 0;
    if (!isForced) expect(moved.length).toBeLessThanOrEqual(1);
    if (result.digestLine !== null) lines.push(result.digestLine);
  }
  return lines;
}

describe('whatever happens', () => {
  test('a decision names only what was offered, moves one quality knob a tick, and replays the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(tick, { minLength: 5, maxLength: 60 }), async (ticks) => {
        const first = await play(ticks, new Loop(cpu, book, {}, COMPILED));
        const second = await play(ticks, new Loop(cpu, book, {}, COMPILED));
        expect(second).toEqual(first);
      }),
      { numRuns: 60 },
    );
  });

  test('the order of files and rules does not matter', async () => {
    const turned = buildBook(shippedFiles().toReversed(), cpu).book;
    if (turned === null) throw new Error('expected the shipped book in any order of its files');
    const shuffled = { ...turned, rules: turned.rules.toReversed() };
    await fc.assert(
      fc.asyncProperty(fc.array(tick, { minLength: 5, maxLength: 40 }), async (ticks) => {
        expect(await play(ticks, new Loop(cpu, shuffled, {}, COMPILED))).toEqual(
          await play(ticks, new Loop(cpu, book, {}, COMPILED)),
        );
      }),
      { numRuns: 30 },
    );
  });

  test('without any reading no quality is lost and no watt is added, from whatever state', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(tick, { minLength: 1, maxLength: 30 }), async (ticks) => {
        const loop = new Loop(cpu, book, {}, COMPILED);
        const lasting = ticks.filter(({ wish }) => wish === undefined);
        await play(lasting, loop);
        for (let i = 0; i < 3; i++) await loop.tick([{ kind: 'pause', session: SESSION }], {});
        const before = {
          model: loop.value('model'),
          size: Number(loop.value('resolution')),
          watts: Number(loop.value('powerLimitW')),
        };
        for (let i = 0; i < 60; i++) await loop.tick([], {});
        expect(loop.value('model') === 'yolov8n' && before.model === 'yolov8s').toBe(false);
        expect(Number(loop.value('resolution'))).toBeGreaterThanOrEqual(before.size);
        expect(Number(loop.value('powerLimitW'))).toBeLessThanOrEqual(before.watts);
      }),
      { numRuns: 40 },
    );
  });
});
