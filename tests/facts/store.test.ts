import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CATALOGUE, lookUpFact, refuseValue } from '../../src/facts/catalogue.js';
import { FactStore } from '../../src/facts/store.js';
import { type FactValue, QUALITIES, type Readings, type ReadingTuple } from '../../src/shapes/reading.js';
import { measured } from '../helpers/loop.js';

/** What NVML answers where it does not know; more digits than a number has. */
const NVML_UNKNOWN = Number('9223372036854775794');

const INTERVAL_MS = 500;

function newStore(options: { intervalMs?: number; watchFrozen?: boolean } = {}): FactStore {
  const { intervalMs = INTERVAL_MS, watchFrozen = true } = options;
  const tierMs = { frame: intervalMs, fast: intervalMs, slow: 5_000, rare: 30_000, tick: intervalMs };
  return new FactStore({ tierMs, watchFrozen });
}

function tick(store: FactStore, atMs: number, readings: Readings = {}): void {
  store.beginTick(atMs);
  store.addReadings(readings);
}

test('a stale reading says also why nothing newer came, until something does', () => {
  const store = newStore();
  tick(store, 0, { 'gpu.powerW': measured(100) });
  tick(store, 1_000, { 'gpu.powerW': [null, 'missing', 0, '15 GPU_IS_LOST: gone'] });
  expect(store.known('gpu.powerW')).toBe(100);
  tick(store, 3_000);
  expect(store.reading('gpu.powerW')?.why).toBe('the newest reading is 3000 ms old; 15 GPU_IS_LOST: gone');
  tick(store, 4_000, { 'gpu.powerW': measured(90) });
  tick(store, 7_000);
  expect(store.reading('gpu.powerW')?.why).toBe('the newest reading is 3000 ms old');
});

test('a fact that is read more rarely grows stale by that tier, also one of another card', () => {
  const store = newStore();
  for (const fact of ['gpu.powerW', 'gpu.1.powerW']) {
    tick(store, 0, { [fact]: measured(100) });
    store.useTier(fact, 'slow');
    store.beginTick(14_000);
    expect(store.number(fact)).toBe(100);
    store.beginTick(16_000);
    expect(store.reading(fact)?.quality).toBe('stale');
    store.useTier(fact, null);
    store.beginTick(2_001);
    expect(store.reading(fact)?.quality).toBe('stale');
  }
});

describe('a reading', () => {
  test('is told with its value, quality and the time at which it was true', () => {
    const store = newStore();
    tick(store, 1_000, { 'gpu.powerW': [120.5, 'simulated', 40] });
    expect(store.reading('gpu.powerW')).toEqual({ value: 120.5, atMs: 960, quality: 'simulated' });
    expect(store.known('gpu.powerW')).toBe(120.5);
    expect(store.number('gpu.powerW')).toBe(120.5);
  });

  test('that is no number is known, but no number', () => {
    const store = newStore();
    tick(store, 0, { 'gpu.limitedBy': measured('thermal'), 'system.onBattery': measured(true) });
    expect(store.known('gpu.limitedBy')).toBe('thermal');
    expect(store.number('gpu.limitedBy')).toBeUndefined();
    expect(store.number('system.onBattery')).toBeUndefined();
  });

  test('that never came is missing for a fact of the catalogue and nothing for any other name', () => {
    const store = newStore();
    expect(store.reading('gpu.powerW')).toMatchObject({
      value: null,
      quality: 'missing',
      why: 'no reading yet',
    });
    expect(store.reading('gpu.1.powerW')).toMatchObject({ quality: 'missing' });
    expect(store.reading('gpu.nonsense')).toBeUndefined();
    expect(store.reading('constructor')).toBeUndefined();
    expect(store.known('gpu.powerW')).toBeUndefined();
  });

  test('keeps its value and its age over ticks that bring no new one', () => {
    const store = newStore();
    tick(store, 0, { 'gpu.powerW': measured(120) });
    tick(store, 500);
    tick(store, 1_000);
    expect(store.reading('gpu.powerW')).toEqual({ value: 120, atMs: 0, quality: 'measured' });
  });

  test.each([Number.NaN, -5_000, Number.NEGATIVE_INFINITY])(
    'of an age of %d ms counts as new, and grows stale as one',
    (ageMs) => {
      const store = newStore();
      tick(store, 0, { 'gpu.powerW': [120, 'measured', ageMs] });
      expect(store.reading('gpu.powerW')?.atMs).toBe(0);
      tick(store, 2_001);
      expect(store.known('gpu.powerW')).toBeUndefined();
    },
  );
});

describe('a stale reading', () => {
  test.each([
    ['gpu.powerW', 100, 2_000],
    ['gpu.powerW', 500, 2_000],
    ['gpu.powerW', 1_000, 3_000],
    ['system.cpuTemperatureC', 500, 15_000],
    ['system.processes', 500, 90_000],
    ['gpu.1.powerW', 1_000, 3_000],
  ])('of %s at an interval of %d ms is older than %d ms', (fact, intervalMs, limitMs) => {
    const store = newStore({ intervalMs });
    tick(store, 0, { [fact]: measured(42) });
    store.beginTick(limitMs);
    expect(store.known(fact)).toBe(42);
    store.beginTick(limitMs + 1);
    expect(store.known(fact)).toBeUndefined();
    expect(store.reading(fact)).toEqual({
      value: 42,
      atMs: 0,
      quality: 'stale',
      why: `the newest reading is ${limitMs + 1} ms old`,
    });
  });

  test('comes back with the next good one', () => {
    const store = newStore();
    tick(store, 0, { 'gpu.powerW': measured(120) });
    tick(store, 10_000);
    expect(store.known('gpu.powerW')).toBeUndefined();
    tick(store, 10_500, { 'gpu.powerW': measured(130) });
    expect(store.known('gpu.powerW')).toBe(130);
  });

  test('is never one of a fact that is read once', () => {
    const store = newStore();
    tick(store, 0, { 'gpu.powerLimitMaxW': measured(600) });
    store.beginTick(1e9);
    expect(store.known('gpu.powerLimitMaxW')).toBe(600);
  });

  test('may already be old when it arrives', () => {
    const store = newStore();
    tick(store, 10_000, { 'gpu.powerW': [120, 'measured', 2_500] });
    expect(store.known('gpu.powerW')).toBeUndefined();
  });
});

describe('one bad sample', () => {
  const bad: [string, ReadingTuple, string][] = [
    ['gpu.energyJ', measured(NVML_UNKNOWN), 'a sentinel of NVML'],
    ['gpu.memoryTemperatureC', measured(65535), 'a sentinel of nvidia-smi'],
    ['gpu.temperatureC', measured(0), '0 °C'],
    ['gpu.temperatureC', measured('55'), 'a text for a number'],
    ['gpu.temperatureC', measured(true), 'a claim for a number'],
    ['gpu.temperatureC', measured(Number.NaN), 'no number at all'],
    ['gpu.temperatureC', measured(900), 'more than can be'],
    ['gpu.temperatureC', [null, 'missing', 0, 'the driver is busy'], 'none'],
  ];

  test.each(bad)(
    'of %s (%j: %s) leaves the last good value and its age until that is stale',
    (fact, reading) => {
      const store = newStore();
      tick(store, 0, { [fact]: measured(55) });
      tick(store, 500, { [fact]: reading });
      expect(store.reading(fact)).toEqual({ value: 55, atMs: 0, quality: 'measured' });
      for (let atMs = 1_000; atMs <= 2_500; atMs += 500) tick(store, atMs, { [fact]: reading });
      expect(store.reading(fact)).toMatchObject({ value: 55, atMs: 0, quality: 'stale' });
    },
  );

  test('is counted by fact when it was refused', () => {
    const store = newStore();
    tick(store, 0, { 'gpu.temperatureC': measured(0), 'gpu.powerW': measured(65535) });
    tick(store, 500, { 'gpu.temperatureC': measured(0), 'gpu.powerW': measured(100) });
    expect([...store.refused]).toEqual([
      ['gpu.temperatureC', 2],
      ['gpu.powerW', 1],
    ]);
  });

  test('that is the first one says why it counts for nothing', () => {
    const store = newStore();
    tick(store, 0, {
      'gpu.temperatureC': measured(0),
      'gpu.1.temperatureC': measured(0),
      'gpu.powerW': measured('x'),
    });
    expect(store.reading('gpu.temperatureC')).toMatchObject({
      value: null,
      quality: 'missing',
      why: '0 °C is what a failed read looks like',
    });
    expect(store.reading('gpu.1.temperatureC')?.quality).toBe('missing');
    expect(store.reading('gpu.powerW')?.why).toBe('expected a number, got "x"');
  });

  test('of a name that is no fact is refused', () => {
    const store = newStore();
    tick(store, 0, { 'gpu.nonsense': measured(1), constructor: measured(1) });
    expect(store.known('gpu.nonsense')).toBeUndefined();
    expect(store.known('constructor')).toBeUndefined();
    expect(store.refused.get('gpu.nonsense')).toBe(1);
  });
});

describe('an unsupported fact', () => {
  const unsupported: ReadingTuple = [null, 'unsupported', 0, 'GeForce cards have no sensor for it'];

  test('is unknown at once, with the reason', () => {
    const store = newStore();
    tick(store, 0, { 'gpu.hotSpotC': measured(70) });
    tick(store, 500, { 'gpu.hotSpotC': unsupported });
    expect(store.known('gpu.hotSpotC')).toBeUndefined();
    expect(store.reading('gpu.hotSpotC')).toMatchObject({
      quality: 'unsupported',
      why: 'GeForce cards have no sensor for it',
    });
  });

  test('is known when a reading comes after all', () => {
    const store = newStore();
    tick(store, 0, { 'gpu.hotSpotC': unsupported });
    tick(store, 500, { 'gpu.hotSpotC': measured(70) });
    expect(store.known('gpu.hotSpotC')).toBe(70);
  });
});

describe('a frozen temperature', () => {
  /** Ticks of 1 s with the temperature and power of each second. */
  function run(
    store: FactStore,
    seconds: number,
    of: (s: number) => { c?: number; w?: number },
    fromS = 0,
  ): void {
    for (let s = fromS; s <= fromS + seconds; s++) {
      const { c, w } = of(s);
      const readings: Readings = {};
      if (c !== undefined) readings['gpu.temperatureC'] = measured(c);
      if (w !== undefined) readings['gpu.powerW'] = measured(w);
      tick(store, s * 1_000, readings);
    }
  }
  const moving = (s: number): number => (s % 2 === 0 ? 200 : 300);

  test('is stale after 60 s to the digit while the power moved by more than 20 %', () => {
    const store = newStore();
    run(store, 59, (s) => ({ c: 55, w: moving(s) }));
    expect(store.known('gpu.temperatureC')).toBe(55);
    run(store, 0, (s) => ({ c: 55, w: moving(s) }), 60);
    expect(store.reading('gpu.temperatureC')).toMatchObject({
      value: 55,
      quality: 'stale',
      why: '55 °C to the digit for 60 s while power moved from 200 to 300 W',
    });
    expect(store.known('gpu.powerW')).toBe(200);
  });

  test('is known again once it moves', () => {
    const store = newStore();
    run(store, 61, (s) => ({ c: 55, w: moving(s) }));
    tick(store, 62_000, { 'gpu.temperatureC': measured(56) });
    expect(store.known('gpu.temperatureC')).toBe(56);
  });

  test('is not one whose power moved by 20 % at most', () => {
    const store = newStore();
    run(store, 300, (s) => ({ c: 55, w: s % 2 === 0 ? 240 : 300 }));
    expect(store.known('gpu.temperatureC')).toBe(55);
  });

  test('is not one where the power is not told', () => {
    const store = newStore();
    run(store, 300, () => ({ c: 55 }));
    expect(store.known('gpu.temperatureC')).toBe(55);
  });

  test('is not one that moved within the minute', () => {
    const store = newStore();
    run(store, 300, (s) => ({ c: 55 + (Math.floor(s / 50) % 2), w: moving(s) }));
    expect(store.known('gpu.temperatureC')).toBe(55);
  });

  test('is not judged across a gap', () => {
    const store = newStore();
    run(store, 30, (s) => ({ c: 55, w: moving(s) }));
    store.afterGap();
    run(store, 59, (s) => ({ c: 55, w: moving(s) }), 100);
    expect(store.known('gpu.temperatureC')).toBe(55);
    run(store, 1, (s) => ({ c: 55, w: moving(s) }), 160);
    expect(store.known('gpu.temperatureC')).toBeUndefined();
  });

  test('is left alone where values are held still on purpose', () => {
    const store = newStore({ watchFrozen: false });
    run(store, 120, (s) => ({ c: 55, w: moving(s) }));
    expect(store.known('gpu.temperatureC')).toBe(55);
  });
});

describe('a derived fact', () => {
  test('is known with the quality it is given', () => {
    const store = newStore();
    store.beginTick(700);
    store.derive('frame.loadPercent', 88);
    store.derive('level.targetFps', 60, 'no level', 'declared');
    expect(store.reading('frame.loadPercent')).toEqual({ value: 88, atMs: 700, quality: 'derived' });
    expect(store.reading('level.targetFps')?.quality).toBe('declared');
  });

  test('is missing, with the reason, where there is no value', () => {
    const store = newStore();
    store.beginTick(700);
    store.derive('frame.loadPercent', undefined, 'no frames to measure');
    expect(store.reading('frame.loadPercent')).toEqual({
      value: null,
      atMs: 700,
      quality: 'missing',
      why: 'no frames to measure',
    });
  });

  test('that is missing keeps its last value and the time of it, and neither is known', () => {
    const store = newStore();
    store.beginTick(500);
    store.derive('frame.loadPercent', 88);
    for (const atMs of [1_000, 1_500]) {
      store.beginTick(atMs);
      store.derive('frame.loadPercent', undefined, 'no frames to measure');
    }
    expect(store.reading('frame.loadPercent')).toMatchObject({ value: 88, atMs: 500, quality: 'missing' });
    expect(store.known('frame.loadPercent')).toBeUndefined();
  });

  test.each([
    ['frame.loadPercent', Number.NaN, 'expected a number, got NaN'],
    ['frame.loadPercent', Number.POSITIVE_INFINITY, 'expected a number, got Infinity'],
    ['frame.totalMs', 600_001, 'expected 0 to 600000 ms, got 600001'],
    ['state.frameSkip', 2, 'expected 0 to 1, got 2'],
    ['scene.combatActive', 'yes', 'expected true or false, got "yes"'],
  ] as const)('%s that came out as %s is missing', (fact, value, why) => {
    const store = newStore();
    store.derive(fact, value);
    expect(store.known(fact)).toBeUndefined();
    expect(store.reading(fact)?.why).toBe(why);
  });

  test('may be a flag that only the bot knows', () => {
    const store = newStore();
    store.derive('scene.bankOpen', true);
    expect(store.known('scene.bankOpen')).toBe(true);
  });
});

test('forgetting a prefix makes its facts missing and no others', () => {
  const store = newStore();
  tick(store, 0, { 'gpu.powerW': measured(100) });
  store.derive('frame.fps', 60);
  store.derive('frame.totalMs', 12);
  store.forget((fact) => fact.startsWith('frame.'), 'no bot is connected');
  expect(store.known('frame.fps')).toBeUndefined();
  expect(store.reading('frame.totalMs')).toMatchObject({
    value: 12,
    quality: 'missing',
    why: 'no bot is connected',
  });
  expect(store.known('gpu.powerW')).toBe(100);
});

test('tells every fact it heard of, as it stands now', () => {
  const store = newStore();
  tick(store, 0, { 'gpu.powerW': measured(100), 'gpu.hotSpotC': [null, 'unsupported', 0, 'no sensor'] });
  tick(store, 9_000, { 'gpu.fanPercent': measured(30) });
  expect([...store.entries()].map(([fact, { quality }]) => [fact, quality])).toEqual([
    ['gpu.powerW', 'stale'],
    ['gpu.hotSpotC', 'unsupported'],
    ['gpu.fanPercent', 'measured'],
  ]);
});

test('whatever samplers say, a known value is of its fact’s type and inside its range', () => {
  const facts = [
    ...Object.keys(CATALOGUE),
    'gpu.1.powerW',
    'inference.yolov8n.totalMs',
    'frame.lootMs',
    'gpu.nonsense',
  ];
  const anyValue = fc.oneof(
    fc.constantFrom<FactValue>(NVML_UNKNOWN, 65535, 0, -0, -1, 1e308, '', '12', 'thermal', true, false),
    fc.double(),
    fc.string(),
    fc.integer(),
  );
  const reading: fc.Arbitrary<ReadingTuple> = fc.oneof(
    fc.tuple(anyValue, fc.constantFrom(...QUALITIES), fc.oneof(fc.nat(10_000), fc.double())),
    fc.tuple(
      fc.constant(null),
      fc.constantFrom('missing' as const, 'unsupported' as const),
      fc.nat(),
      fc.string(),
    ),
  );
  const steps = fc.array(
    fc.tuple(fc.nat(3_000), fc.dictionary(fc.constantFrom(...facts), reading, { maxKeys: 30 })),
    {
      maxLength: 12,
    },
  );
  fc.assert(
    fc.property(steps, (ticks) => {
      const store = newStore();
      let atMs = 0;
      for (const [dtMs, readings] of ticks) {
        atMs += dtMs;
        tick(store, atMs, readings);
        for (const fact of facts) {
          const value = store.known(fact);
          if (value === undefined) continue;
          const definition = lookUpFact(fact);
          expect(
            definition === undefined ? 'not a fact' : refuseValue(definition, value),
            `${fact} ${value}`,
          ).toBeNull();
          expect(fact.endsWith('temperatureC') && value === 0).toBe(false);
        }
      }
    }),
    { numRuns: 300 },
  );
});
