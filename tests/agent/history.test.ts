/** The minutes that a running agent remembers, against the ticks as they were. */
import { describe, expect, test } from 'vitest';
import { History } from '../../src/agent/history.js';
import { viewTick } from '../../src/agent/tick-view.js';
import { explainTick } from '../../src/rules/explain.js';
import type { Explanation } from '../../src/shapes/port.js';
import type { TickEvent } from '../../src/shapes/sample.js';
import { COOL, frames, hello, Loop, TICK_MS } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';

const cpu = shippedProfile('cpu');
const WALL_MS = 1_700_000_000_000;

class Remembered {
  readonly history = new History();
  readonly loop = new Loop(cpu, shippedBook(cpu));
  /** All rules as they were explained while each tick was the newest. */
  readonly live: Map<number, Explanation[]> = new Map();

  async tick(events: TickEvent[] = [], wallMs?: number): Promise<void> {
    const result = await this.loop.tick(events, COOL);
    const { nowMs } = this.loop;
    const view = viewTick(
      this.loop.core,
      { atMs: nowMs, wallMs: wallMs ?? WALL_MS + nowMs },
      result,
      TICK_MS,
    );
    this.live.set(nowMs, explainTick(view));
    this.history.add(view);
  }

  get now(): { atMs: number; wallMs: number } {
    return { atMs: this.loop.nowMs, wallMs: WALL_MS + this.loop.nowMs };
  }
}

/** A minute with a bot, overload, combat, a pause and its end. */
async function minute(): Promise<Remembered> {
  const one = new Remembered();
  await one.tick([hello()]);
  for (let i = 0; i < 60; i++) {
    const loadMs = i % 20 < 10 ? 160 : 40;
    const scene = { combatActive: i > 30 && i < 40 };
    await one.tick(
      i > 50 ? [{ kind: 'pause', session: 'session-1' }] : [frames(5, loadMs, loadMs / 2, { scene })],
    );
  }
  return one;
}

describe('a remembered tick', () => {
  test('is explained word for word as it was while it was the newest', async () => {
    const one = await minute();
    for (const [atMs, explanations] of one.live) {
      const tick = one.history.at({ fromStartMs: atMs - TICK_MS }, one.now, null);
      expect(explainTick(tick), `at ${atMs}`).toEqual(explanations);
      // What the tree says is what the rule went by.
      for (const { rule, verdict } of tick.fired) {
        const [explanation] = explainTick(tick, rule.id);
        expect(explanation?.tree.truth, rule.id).toBe(verdict.when);
        expect(explanation?.until?.truth ?? null, rule.id).toBe(verdict.until);
      }
    }
    expect(one.live.size).toBe(61);
  });

  test('knows when a step was due, where nothing else of its rule had changed', async () => {
    const overlay = `
version: 1
rules:
  - id: stepper
    when: { system.load1: { above: 3 } }
    until: { system.load1: { below: 1 } }
    every: 1s
    then: [ { step: { streams: +1 } } ]
    because: "load"
`;
    const loop = new Loop(cpu, shippedBook(cpu, overlay));
    const history = new History();
    await loop.tick([hello()]);
    const waits: string[][] = [];
    for (const load1 of [5, 2, 2, 2]) {
      const result = await loop.tick([frames(5, 50, 25)], {
        ...COOL,
        'system.load1': [load1, 'measured', 0],
      });
      history.add(viewTick(loop.core, { atMs: loop.nowMs, wallMs: 0 }, result, 0));
      const { newest } = history;
      if (newest !== undefined) waits.push(explainTick(newest, 'stepper').flatMap((one) => one.waits));
    }
    const atTheTop = ['streams +1: no further rung that way'];
    expect(waits).toEqual([[], ['next step in 0.5 s'], atTheTop, atTheTop]);
  });

  test('is the newest one that is not after the moment, in each of the three forms', async () => {
    const one = await minute();
    const at = (moment: Parameters<History['at']>[0]): number => one.history.at(moment, one.now, null).atMs;
    expect(at({ fromStartMs: 9_500 })).toBe(10_000);
    expect(at({ fromStartMs: 9_999 })).toBe(10_000);
    expect(at({ fromEndMs: 500 })).toBe(one.loop.nowMs - TICK_MS);
    expect(at({ wallMs: WALL_MS + 7_700 })).toBe(7_500);
    expect(one.history.newest?.atMs).toBe(one.loop.nowMs);
  });

  test('is refused with the span and the recording where the moment lies outside', async () => {
    const one = await minute();
    const refused = (moment: Parameters<History['at']>[0]): unknown => {
      try {
        return one.history.at(moment, one.now, '/recordings/r1');
      } catch (error) {
        return error;
      }
    };
    expect(refused({ wallMs: WALL_MS - 60_000 })).toMatchObject({
      code: 'outOfRange',
      message:
        'expected a moment that the agent remembers, from 2023-11-14T22:13:20.500Z to 2023-11-14T22:13:50.500Z (0 to 30 s); older moments are in its recording: evenkeel explain /recordings/r1 --at …',
      details: { range: [0, 30], recording: '/recordings/r1' },
    });
    expect(refused({ fromStartMs: 33_000 })).toMatchObject({ code: 'outOfRange' });
    expect(refused({ fromEndMs: 90_000 })).toMatchObject({ code: 'outOfRange' });
    expect(() => new History().at({ fromEndMs: 0 }, one.now, null)).toThrow('after the first tick');
  });

  test('follows a wall clock that was set back', async () => {
    const one = new Remembered();
    for (const wallMs of [10_000, 10_500, 4_000, 4_500]) await one.tick([], WALL_MS + wallMs);
    const now = { atMs: one.loop.nowMs, wallMs: WALL_MS + 4_500 };
    expect(one.history.at({ wallMs: WALL_MS + 4_200 }, now, null).atMs).toBe(3 * TICK_MS);
  });
});

describe('what is forgotten', () => {
  test('are ticks beyond 1,200', async () => {
    const one = new Remembered();
    const result = await one.loop.tick();
    for (let i = 1; i <= 1_300; i++) {
      const sample = { atMs: i * TICK_MS, wallMs: WALL_MS + i * TICK_MS };
      one.history.add(viewTick(one.loop.core, sample, result, 0));
    }
    const now = { atMs: 1_300 * TICK_MS, wallMs: WALL_MS };
    expect(one.history.at({ fromStartMs: 101 * TICK_MS }, now, null).atMs).toBe(101 * TICK_MS);
    expect(() => one.history.at({ fromStartMs: 101 * TICK_MS - 1 }, now, null)).toThrow('remembers');
  });

  test('are the ticks of all but the newest eight books', async () => {
    const one = new Remembered();
    for (let i = 0; i < 12; i++) {
      one.loop.core.useBook(shippedBook(cpu));
      await one.tick();
      await one.tick();
    }
    expect(() => one.history.at({ fromStartMs: 7 * TICK_MS }, one.now, null)).toThrow('remembers');
    expect(one.history.at({ fromStartMs: 8 * TICK_MS }, one.now, null).atMs).toBe(9 * TICK_MS);
  });
});
