import { describe, expect, test } from 'vitest';
import { Core } from '../../src/agent/core.js';
import type { CoreOptions } from '../../src/agent/tick-types.js';
import type { Readings } from '../../src/shapes/reading.js';
import type { TickEvent } from '../../src/shapes/sample.js';
import { COOL, frames, hello, Loop, measured, SESSION, SETTINGS, TICK_MS } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';

const cpu = shippedProfile('cpu');
const SIGNALS = `version: 1
signals:
  frame.slow: { max: frame.totalMs, over: 4s }
  frame.tail: { p95: frame.totalMs, over: 4s }
  gpu.hot: { max: gpu.powerW, over: 4s }
  gpu.longest: { max: gpu.powerW, over: 2m }
`;

async function joined(overlay = SIGNALS): Promise<Loop> {
  const loop = new Loop(cpu, shippedBook(cpu, overlay));
  loop.answer = false;
  await loop.tick([hello()]);
  return loop;
}

const known = (loop: Loop, ...names: string[]): unknown[] => names.map((name) => loop.core.store.known(name));

async function ticks(loop: Loop, count: number, totalMs: number, events: TickEvent[] = []): Promise<void> {
  for (let i = 0; i < count; i++) {
    const readings: Readings = { ...COOL, 'gpu.powerW': measured(totalMs) };
    await loop.tick([...(i === 0 ? events : []), frames(5, totalMs, totalMs / 2)], readings);
  }
}

describe('signals of the live bot', () => {
  test('are over its frames, which a tick may have many of', async () => {
    const loop = await joined();
    for (let i = 0; i < 8; i++) await loop.tick([frames(95, 10, 5), frames(5, 80, 5)]);
    expect(Math.abs(Number(loop.core.store.known('frame.tail')) - 10)).toBeLessThanOrEqual(0.1);
    expect(loop.core.store.known('frame.slow')).toBe(80);
    expect(loop.core.store.reading('frame.slow')?.quality).toBe('derived');
  });

  test.each([
    ['model', 'yolov8n'],
    ['resolution', 416],
    ['streams', 2],
  ])('forget its frames when another %s is applied, and nothing else', async (knob, value) => {
    const loop = await joined();
    await ticks(loop, 8, 80);
    const applied: TickEvent = { kind: 'applied', knob, value, ok: true, tookMs: 1, revision: 1 };
    await ticks(loop, 1, 20, [applied]);
    expect(known(loop, 'frame.slow', 'gpu.hot')).toEqual([undefined, 80]);
    await ticks(loop, 4, 20);
    expect(known(loop, 'frame.slow', 'gpu.hot')).toEqual([20, 80]);
  });

  test('go on when a knob is applied that changes no frame', async () => {
    const loop = await joined();
    await ticks(loop, 8, 80);
    const applied: TickEvent = {
      kind: 'applied',
      knob: 'frameSkip',
      value: 0.1,
      ok: true,
      tookMs: 1,
      revision: 1,
    };
    await ticks(loop, 1, 20, [applied]);
    expect(known(loop, 'frame.slow')).toEqual([80]);
  });

  test('forget its frames when it pauses, and when it goes and comes again', async () => {
    for (const events of [
      [
        { kind: 'pause', session: SESSION },
        { kind: 'resume', session: SESSION },
      ],
      [{ kind: 'bye', session: SESSION, cause: 'bye' }, hello()],
    ] as TickEvent[][]) {
      const loop = await joined();
      await ticks(loop, 8, 80);
      await ticks(loop, 1, 20, events);
      await ticks(loop, 5, 20);
      expect(known(loop, 'frame.slow', 'gpu.hot')).toEqual([20, 80]);
    }
  });

  test('do not know what a paused or silent bot does', async () => {
    const loop = await joined();
    await ticks(loop, 8, 80);
    for (let i = 0; i < 12; i++) await loop.tick();
    expect(loop.core.store.reading('frame.slow')?.why).toBe(
      'less than half of the last 4 s of frame.totalMs is known',
    );
  });

  test('never reach across a gap', async () => {
    const loop = await joined();
    await ticks(loop, 140, 300);
    expect(known(loop, 'gpu.longest')).toEqual([300]);
    await loop.tick([frames(5, 20, 10)], { ...COOL, 'gpu.powerW': measured(20) }, 5_000);
    await ticks(loop, 6, 20);
    expect(known(loop, 'frame.slow', 'gpu.hot', 'gpu.longest')).toEqual([20, 20, undefined]);
  });

  test('are what rules, reasons and bounds may use', async () => {
    const loop = await joined(`${SIGNALS}
rules:
  - id: calm
    when: { gpu.hot: { atLeast: { fact: gpu.powerW, plus: 50 } } }
    then: [ { cap: { powerLimitW: { fact: gpu.hot } } } ]
    because: "up to {gpu.hot} W"
`);
    await ticks(loop, 8, 300);
    const readings: Readings = { ...COOL, 'gpu.powerW': measured(100) };
    const { fired } = await loop.tick([frames(5, 20, 10)], readings);
    expect(fired.find(({ rule }) => rule.id === 'calm')?.isActive).toBe(true);
  });

  test('keep their past over a reload that leaves them alone', async () => {
    const loop = await joined();
    await ticks(loop, 8, 80);
    loop.core.useBook(shippedBook(cpu, `${SIGNALS}  gpu.fresh: { max: gpu.powerW, over: 4s }\n`));
    await ticks(loop, 1, 20);
    expect(known(loop, 'frame.slow', 'gpu.hot', 'gpu.fresh')).toEqual([80, 80, undefined]);
    loop.core.useBook(shippedBook(cpu, SIGNALS.replace('gpu.hot: { max', 'gpu.hot: { min')));
    await ticks(loop, 1, 20);
    expect(known(loop, 'frame.slow', 'gpu.hot')).toEqual([80, undefined]);
  });
});

/** A core whose facts are readings: no bot speaks. */
function given(readings: readonly Readings[], options: CoreOptions, overlay = SIGNALS): Promise<Core> {
  const core = new Core(SETTINGS, cpu, shippedBook(cpu, overlay), options);
  return readings.reduce(async (before, reading, i) => {
    const atMs = (i + 1) * TICK_MS;
    await (await before).tick({
      kind: 'sample',
      atMs,
      wallMs: 1_700_000_000_000 + atMs,
      cause: 'interval',
      readings: reading,
      events: [],
    });
    return core;
  }, Promise.resolve(core));
}

describe('without a bot', () => {
  const total = (ms: number): Readings => ({ 'frame.totalMs': measured(ms) });

  test('a plain frame time stands for its own p95, and the load follows from it', async () => {
    const core = await given([total(50)], {});
    // The cpu profile's balanced level asks for 10 frames a second.
    expect(core.store.known('frame.loadPercent')).toBe(50);
    expect(core.store.reading('frame.loadPercent')?.quality).toBe('derived');
  });

  test('a load that is given itself stands', async () => {
    const facts = new Set(['frame.totalMs', 'frame.loadPercent']);
    const core = await given([{ ...total(50), 'frame.loadPercent': measured(7) }], { given: facts });
    expect(core.store.known('frame.loadPercent')).toBe(7);
  });

  test('a frame time that is given counts, whatever the frames of a bot say', async () => {
    const core = new Core(SETTINGS, cpu, shippedBook(cpu, SIGNALS), { given: new Set(['frame.totalMs']) });
    for (let i = 1; i <= 8; i++) {
      const events = [...(i === 1 ? [hello()] : []), frames(5, 90, 5)];
      const times = { atMs: i * TICK_MS, wallMs: 1_700_000_000_000 + i * TICK_MS };
      await core.tick({ kind: 'sample', ...times, cause: 'interval', readings: total(50), events });
    }
    expect(['frame.loadPercent', 'frame.slow'].map((fact) => core.store.known(fact))).toEqual([50, 50]);
  });

  test('the load is unknown where the frame time is', async () => {
    const core = await given([{ 'gpu.powerW': measured(50) }], {});
    expect(core.store.known('frame.loadPercent')).toBeUndefined();
  });

  test('a window is over the readings, and a signal may be given', async () => {
    const readings = [90, 10, 20, 30, 10, 10, 10, 10, 10].map(total);
    const core = await given(readings, { given: new Set(['frame.totalMs']) });
    expect(core.store.known('frame.slow')).toBe(30);
    const told = await given([{ 'gpu.hot': measured(5) }], { given: new Set(['gpu.hot']) });
    expect(told.store.known('gpu.hot')).toBe(5);
  });

  test('comes to the same with the compiled rules as with the reference', async () => {
    const overlay = `${SIGNALS}
rules:
  - id: calm
    when: { gpu.hot: { above: 200 }, frame.slow: { above: 25 } }
    then: [ { cap: { powerLimitW: 300 } } ]
    because: hot
`;
    const readings = Array.from({ length: 60 }, (_, i) => ({
      ...total(10 + (i % 7) * 5),
      'gpu.powerW': measured(100 + (i % 11) * 20),
    }));
    const digests = [];
    for (const engine of ['reference', 'compiled'] as const) {
      const core = await given(readings, { engine }, overlay);
      digests.push([core.digest.value(), core.ruleMemory('calm')?.activations]);
    }
    expect(digests[0]).toEqual(digests[1]);
    expect(Number(digests[0]?.[1])).toBeGreaterThan(0);
  });
});
