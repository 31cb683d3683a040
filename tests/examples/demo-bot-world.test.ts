import { expect, test } from 'vitest';
import { createScene } from '../../examples/demo-bot/scene.js';
import { createWorld, STEP_MS } from '../../examples/demo-bot/world.js';

function pictureAfter(seed: number, steps: number[]): Uint8Array {
  const world = createWorld(seed);
  const scene = createScene(seed);
  for (const count of steps) world.advance(count);
  scene.draw(world);
  return scene.bytes;
}

test('the same seed gives the same picture however the steps are cut, another seed another one', () => {
  const picture = pictureAfter(4, [900]);
  expect(Buffer.compare(pictureAfter(4, [1, 399, 500]), picture)).toBe(0);
  expect(Buffer.compare(pictureAfter(5, [900]), picture)).not.toBe(0);
  expect(Buffer.compare(pictureAfter(4, [901]), picture)).not.toBe(0);
});

test('drawing twice gives the same picture: nothing of the one before is left', () => {
  const world = createWorld(2);
  const scene = createScene(2);
  for (let index = 0; index < 40; index += 1) {
    world.advance(25);
    scene.draw(world);
  }
  expect(Buffer.compare(scene.bytes, pictureAfter(2, [1000]))).toBe(0);
});

test.each([1, 2, 3])('seed %i fights a moderate share of the time, in episodes of some seconds', (seed) => {
  const world = createWorld(seed);
  const isFighting: boolean[] = [];
  let critical = 0;
  const hour = 3_600_000 / STEP_MS;
  for (let step = 0; step < hour; step += 1) {
    world.advance(1);
    const flags = world.readFlags();
    isFighting.push(flags.combatActive);
    if (flags.criticalEvent) critical += 1;
  }
  const share = isFighting.filter(Boolean).length / hour;
  expect(share).toBeGreaterThan(0.1);
  expect(share).toBeLessThan(0.2);
  const begins = isFighting.filter((now, step) => now && !isFighting[step - 1]).length;
  const meanS = (share * 3600) / begins;
  expect(meanS).toBeGreaterThan(3);
  expect(meanS).toBeLessThan(7.1);
  expect(critical).toBeGreaterThan(0);
  expect(critical / hour).toBeLessThan(0.02);
});

test('flags tell what became true since they were read, and then start anew', () => {
  const world = createWorld(1);
  world.advance(2000);
  expect(world.readFlags()).toMatchObject({ motionDetected: true, uiChanges: true, newObjects: true });
  expect(world.readFlags()).toMatchObject({ motionDetected: false, uiChanges: false, newObjects: false });
});
