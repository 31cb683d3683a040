/** Watts are borrowed: no policy, preset or bot ever leaves a card with more than was found, or with less than it must. */
import { describe, expect, test } from 'vitest';
import type { Profile } from '../../src/shapes/profile.js';
import type { HelloEvent, TickEvent } from '../../src/shapes/sample.js';
import { rulesAlone } from '../helpers/card-rig.js';
import { COOL, frames, hello, Loop, measured, SESSION } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';

const rtx = shippedProfile('rtx-4090');
const generic = shippedProfile('generic-nvidia');
const BYE: TickEvent = { kind: 'bye', session: SESSION, cause: 'lease' };
const NO_KNOBS: Partial<HelloEvent> = { models: [], knobs: {} };
const HEAT_UNKNOWN = {
  ...COOL,
  'gpu.temperatureC': [null, 'missing', 0, 'lost'] as [null, 'missing', number, string],
};

const found = (value: number, range: [number, number]): TickEvent => ({
  kind: 'device',
  knob: 'powerLimitW',
  offer: { range, value },
});

function shipped(profile: Profile): Loop {
  return new Loop(profile, shippedBook(profile), {}, { engine: 'compiled' });
}

describe('a limit that was found', () => {
  test("below the policy's floor stands, and steps leave it where it is", async () => {
    const loop = new Loop(
      generic,
      rulesAlone(`- id: both
  every: 500ms
  when: { system.memoryPercent: { above: 0 } }
  then: [ { step: { powerLimitW: -1 } } ]
  because: x
`),
      {},
      { engine: 'compiled' },
    );
    await loop.tick([found(80, [60, 140])]);
    for (let i = 0; i < 20; i++) await loop.tick();
    expect(loop.changes).toEqual([]);
    expect(loop.core.memory.knobs.powerLimitW?.decided).toBe(80);
  });

  test('below what a preset would set stands as well', async () => {
    const loop = shipped(generic);
    await loop.tick([found(120, [100, 212])]);
    await loop.tick([{ kind: 'preset', value: 'batterySaver' }]);
    await loop.tick();
    expect(loop.changes.filter(({ knob }) => knob === 'powerLimitW')).toEqual([]);
    await loop.tick([found(450, [100, 450])]);
    await loop.tick();
    expect(loop.core.memory.knobs.powerLimitW?.base).toBe(250);
  });

  test('is the base that rules compare with, as far as profile and card allow', async () => {
    for (const [profile, watts, base] of [
      [generic, 600, 600],
      [rtx, 600, 450],
      [generic, 80, 80],
    ] as const) {
      const loop = shipped(profile);
      await loop.tick([found(watts, [10, 600])]);
      expect(loop.core.store.number('limits.powerLimitBaseW')).toBe(base);
    }
  });
});

test('a card that reaches no further than below the policy has its own top as the lowest limit', async () => {
  const loop = shipped(generic);
  await loop.tick([found(90, [60, 90])]);
  expect(loop.core.store.number('limits.powerLimitMinW')).toBe(90);
});

describe('another card', () => {
  test('is not foretold the heat of the one before, and nobody knows what watts cost there', async () => {
    const loop = shipped(rtx);
    const at = (temperatureC: number) => ({ ...COOL, 'gpu.temperatureC': measured(temperatureC) });
    await loop.tick([hello(NO_KNOBS), found(450, [150, 450])], at(40));
    for (let i = 0; i < 60; i++) await loop.tick([frames(30, 14, 8)], at(40));
    expect(loop.core.store.number('inference.slowedPercent')).toBe(0);
    await loop.tick([{ kind: 'card', name: 'other' }, found(450, [150, 450]), frames(30, 14, 8)], at(75));
    expect(loop.core.store.number('predicted.gpu.temperatureC30s')).toBeUndefined();
    expect(loop.core.store.number('inference.slowedPercent')).toBeUndefined();
    for (let i = 0; i < 60; i++) await loop.tick([frames(30, 14, 8)], at(75));
    expect(loop.core.store.number('predicted.gpu.temperatureC30s')).toBe(75);
  });
});

describe('a bot that is gone', () => {
  const STEPS = rulesAlone(`- id: lower
  for: 5s
  every: 500ms
  when: { frame.totalMs: { above: 1 } }
  then: [ { step: { powerLimitW: -1 } } ]
  because: x
- id: hot
  safety: true
  when: { gpu.thermalMarginC: { below: 5 } }
  then: [ { cap: { powerLimitW: 300 } } ]
  because: x
`);
  const HOT = { ...COOL, 'gpu.thermalMarginC': measured(2) };

  async function lowered(): Promise<Loop> {
    const loop = new Loop(rtx, STEPS, {}, { engine: 'compiled' });
    await loop.tick([hello(NO_KNOBS), found(450, [150, 450])]);
    for (let i = 0; i < 60; i++) await loop.tick([frames(30, 14, 8)]);
    expect(Number(loop.value('powerLimitW'))).toBeLessThanOrEqual(300);
    return loop;
  }

  test('gives the card back: what was lowered for its frames rises to the base by rungs', async () => {
    const loop = await lowered();
    await loop.tick([BYE]);
    for (let i = 0; i < 120; i++) await loop.tick();
    expect(loop.value('powerLimitW')).toBe(450);
  });

  test('leaves a cap against heat as it is', async () => {
    const loop = await lowered();
    await loop.tick([BYE], HOT);
    for (let i = 0; i < 120; i++) await loop.tick([], HOT);
    expect(loop.value('powerLimitW')).toBe(300);
  });

  test('raises no limit while nobody knows how hot the card is', async () => {
    const loop = await lowered();
    const low = loop.value('powerLimitW');
    // A value that is missing counts as known for a moment.
    for (let i = 0; i < 6; i++) await loop.tick([frames(30, 14, 8)], HEAT_UNKNOWN);
    await loop.tick([BYE], HEAT_UNKNOWN);
    for (let i = 0; i < 20; i++) await loop.tick([], HEAT_UNKNOWN);
    expect(loop.value('powerLimitW')).toBe(low);
    for (let i = 0; i < 120; i++) await loop.tick();
    expect(loop.value('powerLimitW')).toBe(450);
  });
});
