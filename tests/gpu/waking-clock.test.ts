import { expect, test } from 'vitest';
import { wakingClock } from '../../src/gpu/waking-clock.js';

test('a clock that counts sleep goes on with the monotonic one, and on by what the machine slept', () => {
  let [monoMs, wallMs] = [500, 1_000_000];
  const now = wakingClock(
    () => monoMs,
    () => wallMs,
  );
  const pass = (mono: number, wall: number): number => {
    monoMs += mono;
    wallMs += wall;
    return now();
  };
  expect(pass(100, 100)).toBe(600);
  // Eight hours of sleep.
  expect(pass(100, 28_800_100)).toBe(28_800_700);
  expect(pass(100, 100)).toBe(28_800_800);
});

test('a wall clock that is slewed, or set back, moves nothing', () => {
  let [monoMs, wallMs] = [0, 1_000_000];
  const now = wakingClock(
    () => monoMs,
    () => wallMs,
  );
  for (const wall of [1_400, 600, -3_600_000, 1_000]) {
    monoMs += 1_000;
    wallMs += wall;
    now();
  }
  expect(now()).toBe(4_000);
});
