import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defineSignals } from '../../src/facts/signal-definition.js';
import { SignalWatch } from '../../src/facts/signals.js';
import { mergeFolds, percentile } from '../../src/facts/sketch.js';
import { FactStore } from '../../src/facts/store.js';
import type { FactValue, Readings } from '../../src/shapes/reading.js';
import type { Fold } from '../../src/shapes/sample.js';
import { fold } from '../helpers/loop.js';
import { bookOf } from '../rules/helpers.js';

interface Given {
  /** New readings of this tick. */
  values?: Record<string, FactValue>;
  /** What frames told of each fact; null where the bot is silent. */
  folds?: Record<string, number[] | null>;
  dtMs?: number;
}

/** Signals from YAML, computed tick by tick over readings and frames. */
class Signals {
  readonly store: FactStore;
  readonly watch: SignalWatch;
  readonly #intervalMs: number;
  atMs = 0;

  constructor(yaml: string, intervalMs = 1_000) {
    this.#intervalMs = intervalMs;
    const tierMs = { frame: intervalMs, fast: intervalMs, slow: 5_000, rare: 30_000, tick: intervalMs };
    this.store = new FactStore({ tierMs, watchFrozen: false });
    this.watch = new SignalWatch(intervalMs);
    this.use(yaml);
  }

  use(yaml: string): void {
    const { signals } = bookOf(`version: 1\nsignals:\n${yaml.replace(/^/gm, '  ')}\n`);
    this.watch.use(signals);
    this.store.useSignals(defineSignals(signals));
  }

  next({ values = {}, folds = {}, dtMs = this.#intervalMs }: Given = {}): void {
    this.atMs += dtMs;
    this.store.beginTick(this.atMs);
    const readings: Readings = {};
    for (const [fact, value] of Object.entries(values)) readings[fact] = [value, 'measured', 0];
    this.store.addReadings(readings);
    const told = new Map<string, Fold | null>(
      Object.entries(folds).map(([fact, numbers]) => [fact, numbers === null ? null : fold(numbers)]),
    );
    const tick = { atMs: this.atMs, dtMs, facts: this.store, foldOf: (fact: string) => told.get(fact) };
    this.watch.tick(tick, (name, value, why) => this.store.derive(name, value, why));
  }

  /** The signal's value after each of these values of a fact, one a tick. */
  each(name: string, fact: string, values: readonly (FactValue | undefined)[]): (FactValue | undefined)[] {
    return values.map((value) => {
      this.next(value === undefined ? {} : { values: { [fact]: value } });
      return this.store.known(name);
    });
  }

  why(name: string): string | undefined {
    return this.store.reading(name)?.why;
  }
}

const POWER = 'gpu.powerW';
const calm = (source: string, intervalMs?: number): Signals => new Signals(`gpu.calm: ${source}`, intervalMs);

describe('a window over a fact with one value a tick', () => {
  test.each([
    ['avg', 25],
    ['min', 10],
    ['max', 40],
    ['sum', 100],
    ['p50', 20],
    ['p95', 40],
    ['p99', 40],
  ])('%s is over the values in it, and no older one', (fold, expected) => {
    const signals = calm(`{ ${fold}: gpu.powerW, over: 4s }`);
    expect(signals.each('gpu.calm', POWER, [900, 0, 10, 20, 40, 30]).at(-1)).toBe(expected);
  });

  test('is unknown, and says so, until half of it is covered', () => {
    const signals = calm('{ avg: gpu.powerW, over: 4s }');
    // The first tick stands for no time: what was before it nobody knows.
    expect(signals.each('gpu.calm', POWER, [10, 20])).toEqual([undefined, undefined]);
    expect(signals.why('gpu.calm')).toBe('less than half of the last 4 s of gpu.powerW is known');
    expect(signals.each('gpu.calm', POWER, [30])).toEqual([20]);
  });

  test('is unknown again once more than half of it is not known', () => {
    const signals = calm('{ max: gpu.powerW, over: 6s }');
    signals.each('gpu.calm', POWER, [1, 2, 3, 4, 5, 6]);
    // The last reading stands for 3 s more, then it is stale.
    const after = signals.each('gpu.calm', POWER, new Array(8).fill(undefined));
    expect(after).toEqual([6, 6, 6, 6, 6, 6, undefined, undefined]);
  });

  test('takes a value that stands once for each tick, but once for a sum', () => {
    const sum = calm('{ sum: gpu.powerW, over: 4s }');
    expect(sum.each('gpu.calm', POWER, [7, undefined, undefined]).at(-1)).toBe(7);
    const mean = calm('{ avg: gpu.powerW, over: 4s }');
    expect(mean.each('gpu.calm', POWER, [9, undefined, 3]).at(-1)).toBe(7);
  });

  test('reaches over negative numbers as over any', () => {
    const signals = new Signals('gpu.calm: { p50: gpu.thermalMarginC, over: 5s }');
    expect(signals.each('gpu.calm', 'gpu.thermalMarginC', [-9, -8, -7, 5, 6]).at(-1)).toBe(-7);
  });

  test('never reaches across a gap', () => {
    const signals = calm('{ max: gpu.powerW, over: 10s }');
    signals.each('gpu.calm', POWER, new Array(8).fill(500));
    signals.watch.clear();
    expect(signals.each('gpu.calm', POWER, [1, 2, 3, 4, 5]).slice(-2)).toEqual([undefined, undefined]);
    expect(signals.each('gpu.calm', POWER, [6])).toEqual([6]);
  });

  test('goes on when a tick comes a little early or late, and a few out of turn', () => {
    const signals = calm('{ sum: gpu.powerW, over: 3s }');
    for (const dtMs of [1_000, 1_003, 997, 1_001, 999]) signals.next({ dtMs, values: { [POWER]: 1 } });
    expect(signals.store.known('gpu.calm')).toBe(3);
    for (let i = 0; i < 12; i++) signals.next({ dtMs: 1, values: { [POWER]: 0 } });
    expect(signals.store.known('gpu.calm')).toBe(3);
    for (let i = 0; i < 300; i++) signals.next({ dtMs: 1, values: { [POWER]: 0 } });
    expect(signals.why('gpu.calm')).toBe('less than half of the last 3 s of gpu.powerW is known');
  });

  test('equals what the values of its ticks say, for any values, holes and windows', () => {
    const value = fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(value, { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (values, overS) => {
        const folds = ['avg', 'min', 'max', 'p50', 'p95'];
        const yaml = folds.map((one) => `gpu.${one}Calm: { ${one}: gpu.powerW, over: ${overS}s }`).join('\n');
        const signals = new Signals(yaml);
        const known: (number | undefined)[] = [];
        for (const one of values) {
          signals.next(one === undefined ? {} : { values: { [POWER]: one } });
          known.push(signals.store.number(POWER));
          const window = known.slice(-overS).filter((each) => each !== undefined);
          const covered = window.length - (known.length <= overS && known[0] !== undefined ? 1 : 0);
          const sorted = [...window].sort((a, b) => a - b);
          const rank = (share: number): number | undefined =>
            sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1];
          const told = folds.map((fold) => signals.store.known(`gpu.${fold}Calm`));
          if (covered < overS / 2) expect(told).toEqual(folds.map(() => undefined));
          else {
            const mean = window.reduce((sum, each) => sum + each, 0) / window.length;
            expect(told).toEqual([mean, Math.min(...window), Math.max(...window), rank(0.5), rank(0.95)]);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a window over a fact that frames tell', () => {
  const total = 'frame.totalMs';
  const slow = (source: string): Signals => new Signals(`frame.slow: ${source}`);

  test('is over all of its frames, not over the means of ticks', () => {
    const signals = slow('{ p95: frame.totalMs, over: 4s }');
    const many = new Array<number>(95).fill(10);
    signals.next({ folds: { [total]: [] } });
    signals.next({ folds: { [total]: many } });
    signals.next({ folds: { [total]: [100, 100, 100, 100, 100] } });
    // 95 of 100 frames took 10 ms; of two ticks, one took 100.
    expect(Math.abs(Number(signals.store.known('frame.slow')) - 10)).toBeLessThanOrEqual(0.1);
  });

  test('gives each frame the same weight in a mean', () => {
    const signals = slow('{ avg: frame.totalMs, over: 2s }');
    signals.next({ folds: { [total]: [1] } });
    signals.next({ folds: { [total]: [10, 10, 10] } });
    signals.next({ folds: { [total]: [50] } });
    expect(signals.store.known('frame.slow')).toBe(20);
  });

  test('says that no frame came where none did, and does not cover the time of a silent bot', () => {
    const signals = slow('{ max: frame.totalMs, over: 4s }');
    for (let i = 0; i < 4; i++) signals.next({ folds: { [total]: [] } });
    expect(signals.why('frame.slow')).toBe('no frame told frame.totalMs in the last 4 s');
    for (let i = 0; i < 4; i++) signals.next({ folds: { [total]: [i] } });
    expect(signals.store.known('frame.slow')).toBe(3);
    for (let i = 0; i < 3; i++) signals.next({ folds: { [total]: null } });
    expect(signals.why('frame.slow')).toBe('less than half of the last 4 s of frame.totalMs is known');
  });

  test('takes a plain reading for a frame where no frames come', () => {
    const signals = slow('{ max: frame.totalMs, over: 3s }');
    expect(signals.each('frame.slow', total, [50, 10, 20, 30, 5]).at(-1)).toBe(30);
  });

  test('takes a plain reading that stands once for a sum', () => {
    const signals = new Signals('frame.lost: { sum: frame.drops, over: 4s }');
    expect(signals.each('frame.lost', 'frame.drops', [9, 3, undefined, undefined]).at(-1)).toBe(12);
  });

  test('has the percentile of the merged sketches, to the bit, whatever came and went', () => {
    const ticks = fc.array(fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { maxLength: 12 }), {
      minLength: 2,
      maxLength: 40,
    });
    fc.assert(
      fc.property(ticks, fc.integer({ min: 1, max: 9 }), (folds, overS) => {
        const signals = slow(`{ p95: frame.totalMs, over: ${overS}s }`);
        for (const [i, numbers] of folds.entries()) {
          signals.next({ folds: { [total]: numbers } });
          const window = mergeFolds(folds.slice(Math.max(0, i + 1 - overS), i + 1).map(fold));
          const covered = Math.min(i, overS);
          const expected = window === null || covered < overS / 2 ? undefined : percentile(window, 0.95);
          expect(signals.store.known('frame.slow')).toBe(expected);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('begins anew after an applied change, with every signal that rests on it, and no other', () => {
    const signals = new Signals(
      [
        'gpu.slow: { max: frame.totalMs, over: 4s }',
        'gpu.ofSlow: { max: gpu.slow, over: 4s }',
        'gpu.hot: { max: gpu.powerW, over: 4s }',
      ].join('\n'),
    );
    for (let i = 0; i < 9; i++) signals.next({ values: { [POWER]: 300 }, folds: { [total]: [80] } });
    signals.watch.restartFrames();
    const known = (): unknown[] =>
      ['gpu.slow', 'gpu.ofSlow', 'gpu.hot'].map((name) => signals.store.known(name));
    signals.next({ values: { [POWER]: 1 }, folds: { [total]: [5] } });
    expect(known()).toEqual([undefined, undefined, 300]);
    for (let i = 0; i < 5; i++) signals.next({ values: { [POWER]: 1 }, folds: { [total]: [5] } });
    expect(known()).toEqual([5, 5, 1]);
  });
});

describe('a slope', () => {
  test('is per second unless it says otherwise, and per minute where it does', () => {
    const values = [50, 52, 54, 56, 58];
    const second = new Signals('gpu.rise: { slope: gpu.temperatureC, over: 4s }');
    expect(second.each('gpu.rise', 'gpu.temperatureC', values).at(-1)).toBeCloseTo(2, 12);
    const minute = new Signals('gpu.rise: { slope: gpu.temperatureC, over: 4s, per: 1m }');
    expect(minute.each('gpu.rise', 'gpu.temperatureC', values).at(-1)).toBeCloseTo(120, 10);
  });

  test('is the best straight line through all ticks, not through the ends', () => {
    const signals = new Signals('gpu.rise: { slope: gpu.temperatureC, over: 5s }');
    const rise = signals.each('gpu.rise', 'gpu.temperatureC', [10, 10, 10, 10, 20]).at(-1);
    expect(rise).toBeCloseTo(2, 12);
  });

  test('follows the time of the ticks, also where they come unevenly', () => {
    const signals = new Signals('gpu.rise: { slope: gpu.temperatureC, over: 10s }');
    let temperature = 20;
    for (const dtMs of [1_000, 400, 1_600, 900, 1_100, 2_000, 700]) {
      temperature += (3 * dtMs) / 1_000;
      signals.next({ dtMs, values: { 'gpu.temperatureC': temperature } });
    }
    expect(signals.store.number('gpu.rise')).toBeCloseTo(3, 9);
  });

  test('is unknown while one tick is all there is', () => {
    const signals = new Signals('gpu.rise: { slope: gpu.temperatureC, over: 500ms }');
    signals.each('gpu.rise', 'gpu.temperatureC', [1, 2, 3]);
    expect(signals.why('gpu.rise')).toBe('one tick in the last 500 ms tells no slope of gpu.temperatureC');
  });
});

describe('an exponentially weighted mean', () => {
  test('has gone half of a step after one half-life, whatever the ticks', () => {
    for (const dtMs of [50, 250, 1_000]) {
      const signals = calm('{ ewma: gpu.powerW, halfLife: 4s }', dtMs);
      for (let i = 0; i < 8; i++) signals.next({ values: { [POWER]: 100 } });
      for (let ms = 0; ms < 4_000; ms += dtMs) signals.next({ values: { [POWER]: 300 } });
      expect(signals.store.number('gpu.calm'), `${dtMs} ms`).toBeCloseTo(200, 9);
    }
  });

  test('is unknown until half of a half-life is covered, and while its source is', () => {
    const signals = calm('{ ewma: gpu.powerW, halfLife: 4s }');
    expect(signals.each('gpu.calm', POWER, [8, 8, 8])).toEqual([undefined, undefined, 8]);
    const after = signals.each('gpu.calm', POWER, new Array(5).fill(undefined));
    expect(after.at(-1)).toBeUndefined();
    expect(signals.why('gpu.calm')).toMatch(/^gpu\.powerW is unknown: the newest reading is \d+ ms old$/);
  });

  test('begins anew after a gap, and after more than a half-life without a value', () => {
    const afterGap = calm('{ ewma: gpu.powerW, halfLife: 2s }');
    afterGap.each('gpu.calm', POWER, [500, 500, 500]);
    afterGap.watch.clear();
    expect(afterGap.each('gpu.calm', POWER, [10, 10])).toEqual([undefined, 10]);
    const afterHole = calm('{ ewma: gpu.powerW, halfLife: 2s }');
    afterHole.each('gpu.calm', POWER, [500, 500, 500, ...new Array(7).fill(undefined)]);
    expect(afterHole.each('gpu.calm', POWER, [10])).toEqual([10]);
  });

  test('stays between the lowest and the highest value', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 5_000, noNaN: true }), { minLength: 3 }),
        fc.integer({ min: 1, max: 60_000 }),
        (values, halfLifeMs) => {
          const mean = calm(`{ ewma: gpu.powerW, halfLife: ${halfLifeMs}ms }`)
            .each('gpu.calm', POWER, values)
            .at(-1);
          if (mean === undefined) return;
          expect(mean).toBeGreaterThanOrEqual(Math.min(...values));
          expect(mean).toBeLessThanOrEqual(Math.max(...values));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('another fact times a number plus a number', () => {
  test('is there at once, and unknown with its source', () => {
    const signals = calm('{ fact: gpu.powerW, times: 2, plus: -1 }');
    expect(signals.each('gpu.calm', POWER, [10])).toEqual([19]);
    const plain = calm('{ fact: gpu.powerW }');
    expect(plain.each('gpu.calm', POWER, [10])).toEqual([10]);
    plain.each('gpu.calm', POWER, [undefined, undefined, undefined, undefined]);
    expect(plain.why('gpu.calm')).toBe('gpu.powerW is unknown: the newest reading is 4000 ms old');
  });
});

describe('an age', () => {
  test('is that of the newest reading in seconds, known also once that is stale', () => {
    const signals = new Signals('gpu.silence: { age: gpu.limitedBy }');
    const ages = signals.each('gpu.silence', 'gpu.limitedBy', [undefined, 'none', ...new Array(6)]);
    expect(ages).toEqual([undefined, 0, 1, 2, 3, 4, 5, 6]);
    expect(signals.store.known('gpu.limitedBy')).toBeUndefined();
  });

  test('is unknown of what was never seen', () => {
    const signals = new Signals('gpu.silence: { age: gpu.powerW }');
    signals.next();
    expect(signals.why('gpu.silence')).toBe('gpu.powerW was never known');
  });

  test('grows while a derived fact is missing', () => {
    const signals = new Signals('gpu.calm: { fact: gpu.powerW }\ngpu.silence: { age: gpu.calm }');
    signals.each('gpu.silence', POWER, [10, ...new Array(5)]);
    // Known for 3 s of the reading's own life.
    expect(signals.store.known('gpu.silence')).toBe(2);
  });
});

describe('a book that takes the place of another', () => {
  const max = 'gpu.hot: { max: gpu.powerW, over: 9s }';

  test('keeps the past of a signal that it defines alike', () => {
    const signals = new Signals(max);
    signals.each('gpu.hot', POWER, [400, 1, 1, 1, 1, 1]);
    signals.use(`gpu.other: { age: gpu.powerW }\n${max}`);
    expect(signals.each('gpu.hot', POWER, [1])).toEqual([400]);
  });

  test('begins one anew that it defines otherwise, with those that rest on it', () => {
    const ofHot = 'gpu.ofHot: { max: gpu.hot, over: 2s }';
    const signals = new Signals(`${max}\n${ofHot}`);
    signals.each('gpu.hot', POWER, [400, 400, 400, 400, 400, 400, 400, 400]);
    expect(signals.store.known('gpu.ofHot')).toBe(400);
    signals.use(`${max.replace('9s', '8s')}\n${ofHot}`);
    signals.each('gpu.hot', POWER, [1, 1, 1]);
    expect([signals.store.known('gpu.hot'), signals.store.known('gpu.ofHot')]).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('makes a fact of a name that meant nothing before', () => {
    const signals = new Signals('gpu.other: { age: gpu.powerW }');
    expect(signals.store.definition('gpu.hot')).toBeUndefined();
    signals.use(max);
    expect(signals.store.definition('gpu.hot')?.unit).toBe('W');
  });

  test('without a signal leaves no fact of its name', () => {
    const signals = new Signals(max);
    signals.next({ values: { [POWER]: 1 } });
    signals.use('gpu.other: { age: gpu.powerW }');
    expect(signals.store.reading('gpu.hot')).toBeUndefined();
    expect([...signals.store.entries()].map(([fact]) => fact)).toEqual([POWER]);
  });
});

describe('as a fact', () => {
  test('a signal has a unit, and a range where its source has one', () => {
    const signals = new Signals(
      [
        'gpu.a: { p95: gpu.powerW, over: 5s }',
        'gpu.b: { slope: gpu.a, over: 5s, per: 1m }',
        'gpu.c: { fact: gpu.a, times: -1, plus: 10 }',
        'gpu.d: { age: gpu.limitedBy }',
        'gpu.e: { sum: gpu.a, over: 5s }',
      ].join('\n'),
    );
    const unit = (name: string): unknown => signals.store.definition(name)?.unit;
    expect(['gpu.a', 'gpu.b', 'gpu.c', 'gpu.d', 'gpu.e'].map(unit)).toEqual(['W', 'W/min', '', 's', 'W']);
    expect(signals.store.definition('gpu.c')?.range).toEqual([-4_990, 10]);
    expect(signals.store.definition('gpu.e')?.range).toBeUndefined();
    expect(signals.store.definition('gpu.a')?.meaning).toBe('p95 of gpu.powerW over 5 s');
  });
});
