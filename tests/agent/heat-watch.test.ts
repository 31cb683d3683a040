import { describe, expect, test } from 'vitest';
import type { Readings } from '../../src/shapes/reading.js';
import { COOL, frames, hello, Loop, measured, TICK_MS } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';

const rtx = shippedProfile('rtx-4090');
const book = shippedBook(rtx);
const PREDICTED = 'predicted.gpu.temperatureC30s';

const at = (temperatureC: number): Readings => ({ ...COOL, 'gpu.temperatureC': measured(temperatureC) });

function opened(): Loop {
  return new Loop(rtx, book, {}, { engine: 'compiled' });
}

/** Ticks at which the temperature goes up by `risePerS` from `fromC`. */
async function rising(loop: Loop, seconds: number, fromC: number, risePerS: number): Promise<void> {
  for (let i = 0; i < (seconds * 1000) / TICK_MS; i++)
    await loop.tick([], at(fromC + (risePerS * i * TICK_MS) / 1000));
}

describe('the temperature in 30 s', () => {
  test('is the present one and the slope of the last 30 s drawn on', async () => {
    const loop = opened();
    await rising(loop, 40, 50, 0.2);
    // 55.9 and 6 °C on top: the past before the window does not count.
    expect(loop.core.store.number(PREDICTED)).toBeCloseTo(50 + 0.2 * 39.5 + 6, 5);
    expect(loop.core.store.reading(PREDICTED)?.quality).toBe('derived');
    await rising(loop, 60, 58, -0.1);
    expect(loop.core.store.number(PREDICTED)).toBeCloseTo(58 - 0.1 * 59.5 - 3, 5);
  });

  test('is told of a card that heats faster than any sensor could show', async () => {
    const loop = opened();
    await rising(loop, 20, 20, 5);
    expect(loop.core.store.number(PREDICTED)).toBeGreaterThan(200);
  });

  test('is unknown until half of the 30 s are known, with the reason', async () => {
    const loop = opened();
    await rising(loop, 14, 50, 0);
    expect(loop.core.store.number(PREDICTED)).toBeUndefined();
    expect(loop.core.store.reading(PREDICTED)?.why).toBe(
      'less than half of the last 30 s of gpu.temperatureC is known',
    );
    await rising(loop, 2, 50, 0);
    expect(loop.core.store.number(PREDICTED)).toBe(50);
  });

  test('is unknown with the temperature, and known again with it while half of the past is', async () => {
    const loop = opened();
    await rising(loop, 40, 60, 0);
    for (let i = 0; i < 8; i++) await loop.tick([], at(0));
    expect(loop.core.store.number(PREDICTED)).toBeUndefined();
    expect(loop.core.store.reading(PREDICTED)?.why).toMatch(/^gpu\.temperatureC is unknown: /);
    await rising(loop, 1, 60, 0);
    expect(loop.core.store.number(PREDICTED)).toBe(60);
  });

  test('never reaches across a gap in time', async () => {
    const loop = opened();
    await rising(loop, 40, 60, 0.3);
    await loop.tick([], at(50), 60_000);
    expect(loop.core.store.number(PREDICTED)).toBeUndefined();
    await rising(loop, 16, 50, 0);
    expect(loop.core.store.number(PREDICTED)).toBe(50);
  });

  test('is computed from given temperatures too, unless it is given itself', async () => {
    for (const [given, expected] of [
      [['gpu.temperatureC'], 62],
      [['gpu.temperatureC', PREDICTED], 40],
    ] as const) {
      const loop = new Loop(rtx, book, {}, { engine: 'compiled', given: new Set<string>(given) });
      for (let i = 0; i < 60; i++) await loop.tick([], { ...at(62), [PREDICTED]: measured(40) });
      expect(loop.core.store.number(PREDICTED)).toBe(expected);
    }
  });
});

describe('the lowest power limit', () => {
  const lowest = async (range: [number, number] | null, profile = rtx): Promise<unknown> => {
    const loop = new Loop(profile, shippedBook(profile), {}, { engine: 'compiled' });
    await loop.tick(
      range === null ? [] : [{ kind: 'device', knob: 'powerLimitW', offer: { range, value: range[1] } }],
    );
    return loop.core.store.number('limits.powerLimitMinW') ?? null;
  };

  test('is the higher of what profile and card allow', async () => {
    expect(await lowest([10, 600])).toBe(150);
    expect(await lowest([200, 600])).toBe(200);
    expect(await lowest([5, 115], shippedProfile('cpu'))).toBe(5);
  });

  test('is unknown where no card offers one', async () => {
    expect(await lowest(null)).toBeNull();
  });
});

describe('what fewer watts cost an inference', () => {
  const SLOWED = 'inference.slowedPercent';

  async function seen(): Promise<Loop> {
    const loop = opened();
    const offer = { range: [150, 600] as [number, number], value: 450 };
    await loop.tick([hello({ models: [], knobs: {} }), { kind: 'device', knob: 'powerLimitW', offer }]);
    for (let i = 0; i < 20; i++) await loop.tick([frames(30, 14, 8)]);
    return loop;
  }

  /** A person's limit lowers it as well as a rule's. */
  async function lowered(loop: Loop, inferenceMs: number, ticks = 4): Promise<unknown> {
    await loop.tick([{ kind: 'override', knob: 'powerLimitW', value: 200, forS: 600 }]);
    for (let i = 0; i < ticks; i++) await loop.tick([frames(30, 6 + inferenceMs, inferenceMs)]);
    return loop.core.store.number(SLOWED);
  }

  test('is nothing at the base, and the share of its time below it', async () => {
    const loop = await seen();
    expect(loop.core.store.number(SLOWED)).toBe(0);
    expect(await lowered(loop, 10)).toBeCloseTo(25, 5);
  });

  test('goes on from the time before, however long the limit is low', async () => {
    const loop = await seen();
    await lowered(loop, 9, 400);
    expect(loop.core.store.number(SLOWED)).toBeCloseTo(12.5, 5);
  });

  test('is unknown after another model, whose usual time nobody has seen', async () => {
    const loop = await seen();
    await lowered(loop, 9);
    await loop.tick([
      { kind: 'applied', knob: 'model', value: 'x', ok: true, tookMs: 1, revision: 0 },
      frames(30, 14, 8),
    ]);
    for (let i = 0; i < 20; i++) await loop.tick([frames(30, 14, 8)]);
    expect(loop.core.store.reading(SLOWED)?.why).toBe(
      'nobody saw what an inference takes without a lowered limit',
    );
  });
});
