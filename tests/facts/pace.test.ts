import { describe, expect, test } from 'vitest';
import { PaceWatch } from '../../src/facts/pace.js';

const TICK_MS = 500;

/** Ticks of half a second; `busy` is the share of the time that frames take. */
class Paced {
  readonly watch = new PaceWatch();
  atMs = 0;

  run(
    seconds: number,
    fps: (atMs: number) => number | undefined,
    busy = 0.5,
    isCapped = false,
  ): number | undefined {
    const endMs = this.atMs + seconds * 1_000;
    while (this.atMs < endMs) {
      this.atMs += TICK_MS;
      this.watch.observe(this.atMs, TICK_MS, fps(this.atMs), busy * TICK_MS, isCapped);
    }
    return this.watch.maxFps;
  }
}

describe('a rate that a bot holds itself to', () => {
  test('is found after 10 s at a steady rate with time to spare', () => {
    const paced = new Paced();
    expect(paced.run(9.5, () => 30)).toBeUndefined();
    expect(paced.run(0.5, () => 30)).toBe(30);
  });

  test('is the mean where the rate stays within 2 % of it', () => {
    const wobble = (share: number) => (atMs: number) => 50 * (1 + (atMs % 1_000 === 0 ? share : -share));
    expect(new Paced().run(20, wobble(0.019))).toBeCloseTo(50, 6);
    expect(new Paced().run(20, wobble(0.021))).toBeUndefined();
  });

  test('is not found while frames take 80 % of the time or more', () => {
    expect(new Paced().run(30, () => 30, 0.8)).toBeUndefined();
    expect(new Paced().run(30, () => 30, 0.79)).toBe(30);
  });

  test('is never found while the agent caps the rate itself', () => {
    const paced = new Paced();
    expect(paced.run(60, () => 30, 0.3, true)).toBeUndefined();
    expect(paced.run(9.5, () => 30)).toBeUndefined();
    expect(paced.run(0.5, () => 30)).toBe(30);
  });

  test('is not found over a time that holds a tick without frames', () => {
    expect(new Paced().run(60, (atMs) => (atMs % 9_000 === 0 ? undefined : 30))).toBeUndefined();
  });

  test('stays known when frames become slow', () => {
    const paced = new Paced();
    paced.run(10, () => 60);
    expect(paced.run(30, () => 20, 1)).toBe(60);
  });

  test('stays known while the rate is not told or capped by the agent', () => {
    const paced = new Paced();
    paced.run(10, () => 60);
    expect(paced.run(30, () => undefined)).toBe(60);
    expect(paced.run(30, () => 15, 0.3, true)).toBe(60);
  });

  test('follows a bot that paces itself more slowly', () => {
    const paced = new Paced();
    paced.run(10, () => 60);
    expect(paced.run(10, () => 25)).toBe(25);
  });
});

describe('a bot that is faster than was thought', () => {
  test('is forgotten after 2 s of more than 5 % above', () => {
    const paced = new Paced();
    paced.run(10, () => 30);
    expect(paced.run(2, () => 31.6)).toBe(30);
    expect(paced.run(0.5, () => 31.6)).toBeUndefined();
  });

  test('is not one that is 5 % faster at most', () => {
    const paced = new Paced();
    paced.run(10, () => 30);
    expect(paced.run(4, () => 31.5)).toBe(30);
  });

  test('is not one that was faster for a moment only', () => {
    const paced = new Paced();
    paced.run(10, () => 30);
    expect(paced.run(30, (atMs) => (atMs % 2_000 === 0 ? 30 : 40))).toBe(30);
  });

  test('is not one that was faster before and after a time that tells nothing', () => {
    const paced = new Paced();
    paced.run(10, () => 30);
    paced.run(1.5, () => 40);
    paced.run(1, () => 40, 0.5, true);
    expect(paced.run(1, () => 40)).toBe(30);
  });

  test('is found at its new rate 10 s later', () => {
    const paced = new Paced();
    paced.run(10, () => 30);
    expect(paced.run(10, () => 60)).toBe(60);
  });
});

test('is forgotten with the session', () => {
  const paced = new Paced();
  paced.run(10, () => 30);
  paced.watch.reset();
  expect(paced.watch.maxFps).toBeUndefined();
  expect(paced.run(9.5, () => 30)).toBeUndefined();
});
