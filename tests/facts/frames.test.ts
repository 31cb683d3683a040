import { describe, expect, test } from 'vitest';
import { type FrameFacts, FrameWatch } from '../../src/facts/frames.js';
import type { Fold, FramesEvent } from '../../src/shapes/sample.js';
import { fold, SESSION } from '../helpers/loop.js';

const BUDGET_MS = 20;

interface Given {
  folds?: Record<string, number[]>;
  skipped?: number;
  processed?: number;
  scene?: Record<string, boolean>;
}

function event({ folds = {}, skipped = 0, processed, scene = {} }: Given): FramesEvent {
  const longest = Math.max(0, ...Object.values(folds).map((values) => values.length));
  const entries = Object.entries(folds).map(([fact, values]): [string, Fold] => [fact, fold(values)]);
  return {
    kind: 'frames',
    session: SESSION,
    processed: processed ?? longest,
    skipped,
    dropped: 0,
    folds: Object.fromEntries(entries),
    scene,
  };
}

/** Ticks of a fixed length, one after the other. */
class Ticks {
  readonly watch: FrameWatch;
  readonly #tickMs: number;
  atMs = 0;

  constructor(tickMs: number) {
    this.#tickMs = tickMs;
    this.watch = new FrameWatch(tickMs);
  }

  next(given?: Given, dtMs: number = this.#tickMs): FrameFacts {
    this.atMs += dtMs;
    this.watch.beginTick();
    if (given !== undefined) this.watch.add(this.atMs, event(given), BUDGET_MS);
    return this.watch.endTick(this.atMs);
  }
}

const total = (...values: number[]): Given => ({ folds: { 'frame.totalMs': values } });

describe('the bare name of a frame fact', () => {
  test('is the mean over the last second, over all frames of it', () => {
    const ticks = new Ticks(500);
    ticks.next(total(1));
    ticks.next(total(10));
    expect(ticks.next(total(20, 30)).get('frame.totalMs')).toBe(20);
  });

  test('is over the whole last tick where that is longer', () => {
    const ticks = new Ticks(4_000);
    ticks.next(total(1));
    expect(ticks.next(total(20, 30)).get('frame.totalMs')).toBe(25);
    // A tick out of turn, because a person asked for one.
    expect(ticks.next(total(40), 100).get('frame.totalMs')).toBe(30);
  });

  test('is missing until half of the second is covered', () => {
    const ticks = new Ticks(100);
    const seen = Array.from({ length: 7 }, () => ticks.next(total(10)).get('frame.totalMs'));
    // The time before the first frames is not known, so their tick covers nothing.
    expect(seen).toEqual([undefined, undefined, undefined, undefined, undefined, 10, 10]);
  });

  test('is missing once the second holds no frame', () => {
    const ticks = new Ticks(500);
    for (let i = 0; i < 4; i++) ticks.next(total(10));
    expect(ticks.next().get('frame.totalMs')).toBe(10);
    expect(ticks.next().has('frame.totalMs')).toBe(false);
  });

  test('of what is counted is the sum', () => {
    const ticks = new Ticks(500);
    ticks.next({ folds: { 'frame.drops': [1] } });
    ticks.next({ folds: { 'frame.drops': [0, 2] } });
    expect(ticks.next({ folds: { 'frame.drops': [3] } }).get('frame.drops')).toBe(5);
  });

  test('adds up all events of one tick', () => {
    const ticks = new Ticks(1_000);
    ticks.next(total(1));
    ticks.watch.beginTick();
    ticks.watch.add(2_000, event(total(10)), BUDGET_MS);
    ticks.watch.add(2_000, event(total(20, 30)), BUDGET_MS);
    expect(ticks.watch.processedInTick).toBe(3);
    expect(ticks.watch.endTick(2_000).get('frame.totalMs')).toBe(20);
  });
});

test('the 95th percentile of the total time is over the last second, to 1 %', () => {
  const ticks = new Ticks(1_000);
  ticks.next(total(500));
  ticks.next(total(...Array.from({ length: 100 }, (_, i) => i + 1)));
  const p95 = ticks.watch.totalP95Ms(ticks.atMs) ?? Number.NaN;
  expect(Math.abs(p95 - 95)).toBeLessThanOrEqual(0.95);
});

describe('rates', () => {
  test('come from the time between frames, also where frames were skipped', () => {
    const ticks = new Ticks(1_000);
    const given: Given = {
      folds: { 'frame.intervalMs': new Array(50).fill(20), 'inference.totalMs': new Array(40).fill(5) },
      processed: 40,
      skipped: 10,
    };
    ticks.next(given);
    const facts = ticks.next(given);
    expect(facts.get('frame.fps')).toBeCloseTo(50, 9);
    expect(facts.get('inference.fps')).toBeCloseTo(40, 9);
    expect(facts.get('frame.skippedPercent')).toBe(20);
  });

  test('count each inference whose detections are told, where only some are timed', () => {
    const ticks = new Ticks(1_000);
    const given: Given = {
      folds: {
        'frame.intervalMs': new Array(50).fill(20),
        'inference.totalMs': new Array(5).fill(5),
        'inference.detections': new Array(50).fill(3),
      },
      processed: 50,
    };
    ticks.next(given);
    const facts = ticks.next(given);
    expect(facts.get('inference.fps')).toBeCloseTo(50, 9);
    expect(facts.get('inference.totalMs')).toBe(5);
  });

  test('count no inference where every frame was skipped', () => {
    const ticks = new Ticks(1_000);
    const given: Given = { folds: { 'frame.intervalMs': [20, 20] }, processed: 0, skipped: 2 };
    ticks.next(given);
    const facts = ticks.next(given);
    expect(facts.get('inference.fps')).toBe(0);
    expect(facts.get('frame.skippedPercent')).toBe(100);
    expect(facts.has('frame.totalMs')).toBe(false);
  });

  test('are missing where no time between frames was told', () => {
    const ticks = new Ticks(1_000);
    ticks.next({ folds: { 'frame.intervalMs': [0] } });
    expect(ticks.next({ folds: { 'frame.intervalMs': [0] } }).has('frame.fps')).toBe(false);
  });
});

describe('the busy share', () => {
  const paced = (totalMs: number, intervalMs: number): Given => ({
    folds: {
      'frame.totalMs': new Array<number>(10).fill(totalMs),
      'frame.intervalMs': new Array<number>(10).fill(intervalMs),
    },
  });

  test('is the time that frames took of the time they are apart', () => {
    const ticks = new Ticks(500);
    ticks.next(paced(20, 50));
    ticks.next(paced(20, 50));
    expect(ticks.next(paced(20, 50)).get('frame.busyPercent')).toBeCloseTo(40);
  });

  test('is above 100 % where frames overlap', () => {
    const ticks = new Ticks(500);
    ticks.next(paced(80, 50));
    ticks.next(paced(80, 50));
    expect(ticks.next(paced(80, 50)).get('frame.busyPercent')).toBeCloseTo(160);
  });
});

describe('a scene flag', () => {
  test('is not told while no frame comes', () => {
    const ticks = new Ticks(500);
    ticks.next({ folds: { 'frame.totalMs': [10] }, scene: { combatActive: true } });
    ticks.next();
    ticks.next();
    expect(ticks.next().has('scene.combatActive')).toBe(false);
  });

  test('is true while it was true for any frame of the last second', () => {
    const ticks = new Ticks(500);
    const fights = (combatActive: boolean): boolean | undefined =>
      ticks.next({ ...total(10), scene: { combatActive } }).get('scene.combatActive') as boolean | undefined;
    expect([fights(false), fights(true), fights(false), fights(false)]).toEqual([false, true, true, false]);
  });

  test('is true where one of the events of a tick says so', () => {
    const ticks = new Ticks(1_000);
    ticks.watch.add(1_000, event({ ...total(10), scene: { combatActive: true } }), BUDGET_MS);
    ticks.watch.add(1_000, event({ ...total(10), scene: { combatActive: false } }), BUDGET_MS);
    expect(ticks.watch.endTick(1_000).get('scene.combatActive')).toBe(true);
  });

  test('that nobody spoke of is not told', () => {
    expect(new Ticks(1_000).next(total(10)).has('scene.combatActive')).toBe(false);
  });

  test('is held for the whole tick where that is longer than a second', () => {
    const ticks = new Ticks(3_000);
    ticks.next({ ...total(10), scene: { combatActive: true } });
    ticks.watch.add(6_000, event({ ...total(10), scene: { combatActive: false } }), BUDGET_MS);
    expect(ticks.watch.endTick(5_900).get('scene.combatActive')).toBe(true);
    expect(ticks.watch.endTick(6_000).get('scene.combatActive')).toBe(false);
  });
});

describe('silence', () => {
  test('begins more than 2 s after the last frame, processed or skipped', () => {
    const ticks = new Ticks(500);
    expect(ticks.watch.isSilent(0)).toBe(true);
    ticks.next(total(10));
    ticks.next({ skipped: 1, processed: 0 });
    expect(ticks.watch.isSilent(3_000)).toBe(false);
    expect(ticks.watch.isSilent(3_001)).toBe(true);
  });

  test('is not broken by an event without a frame', () => {
    const ticks = new Ticks(500);
    ticks.next(total(10));
    ticks.next({});
    expect(ticks.watch.isSilent(2_501)).toBe(true);
  });
});

describe('after an applied change', () => {
  test('no window reaches back before it', () => {
    const ticks = new Ticks(500);
    for (let i = 0; i < 4; i++) ticks.next(total(100));
    ticks.watch.add(2_000, event(total(100)), BUDGET_MS);
    ticks.watch.restart();
    expect(ticks.next(total(10)).has('frame.totalMs')).toBe(false);
    expect(ticks.next(total(10)).get('frame.totalMs')).toBe(10);
    expect(ticks.watch.totalP95Ms(ticks.atMs)).toBe(10);
  });

  test('scene flags and the share of frames in time go on', () => {
    const ticks = new Ticks(500);
    for (let i = 0; i < 80; i++) ticks.next({ ...total(10), scene: { combatActive: true } });
    ticks.watch.restart();
    expect(ticks.next().get('scene.combatActive')).toBe(true);
    expect(ticks.watch.hitShare).toBe(1);
  });

  test('a gap or another session forgets those too', () => {
    const ticks = new Ticks(500);
    for (let i = 0; i < 80; i++) ticks.next({ ...total(10), scene: { combatActive: true } });
    ticks.watch.reset();
    const facts = ticks.next(total(10));
    expect(facts.has('scene.combatActive')).toBe(false);
    expect(ticks.watch.hitShare).toBeUndefined();
  });
});

describe('the latency of critical frames', () => {
  const critical = (...values: number[]): Given => ({ folds: { 'frame.criticalLatencyMs': values } });

  test('is their 99th percentile over the last 10 s', () => {
    const ticks = new Ticks(1_000);
    ticks.next(critical(10));
    for (let i = 0; i < 9; i++) ticks.next(critical(...new Array(20).fill(10)));
    const p99 = ticks.next(critical(400, 400, 400)).get('frame.criticalLatencyMs');
    expect(Math.abs(Number(p99) - 400)).toBeLessThanOrEqual(4);
  });

  test('leaves with the frames that are older', () => {
    const ticks = new Ticks(1_000);
    ticks.next(critical(400));
    for (let i = 0; i < 9; i++) ticks.next(critical(10));
    expect(Number(ticks.next(critical(10)).get('frame.criticalLatencyMs'))).toBe(10);
  });

  test('is missing while half of that time is not covered', () => {
    const ticks = new Ticks(1_000);
    ticks.next(critical(10));
    for (let i = 0; i < 4; i++) expect(ticks.next(critical(10)).has('frame.criticalLatencyMs')).toBe(false);
    expect(ticks.next(critical(10)).has('frame.criticalLatencyMs')).toBe(true);
  });
});

describe('the share of frames in time', () => {
  test('counts each frame against the budget of its own time', () => {
    const ticks = new Ticks(1_000);
    for (let s = 0; s < 30; s++) ticks.next(total(10, 30));
    expect(ticks.watch.hitShare).toBe(0.5);
    for (let s = 0; s < 30; s++) ticks.next(total(10, 10));
    expect(ticks.watch.hitShare).toBe(0.75);
    for (let s = 0; s < 30; s++) ticks.next(total(10, 10));
    expect(ticks.watch.hitShare).toBe(1);
  });

  test('is unknown in the first half minute', () => {
    const ticks = new Ticks(1_000);
    for (let s = 0; s < 29; s++) ticks.next(total(10));
    expect(ticks.watch.hitShare).toBeUndefined();
    ticks.next(total(10));
    expect(ticks.watch.hitShare).toBe(1);
  });

  test('leaves out frames of a time without a goal', () => {
    const ticks = new Ticks(1_000);
    for (let s = 0; s < 40; s++) {
      ticks.watch.add(ticks.atMs + 1_000, event(total(900)), undefined);
      ticks.next(total(10));
    }
    expect(ticks.watch.hitShare).toBe(1);
  });
});
