import { describe, expect, test } from 'vitest';
import type { Sample } from '../../src/shapes/sample.js';
import { COOL, frames, hello, Loop, measured, SESSION } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';

const cpu = shippedProfile('cpu');
const book = shippedBook(cpu);

/** A loop whose bot has said hello. */
async function joined(overlay?: string, settings = {}): Promise<Loop> {
  const loop = new Loop(cpu, overlay === undefined ? book : shippedBook(cpu, overlay), settings);
  await loop.tick([hello()]);
  return loop;
}

describe('a constant load on an unpaced bot', () => {
  for (const factor of [1.05, 1.2, 1.4]) {
    test(`of ${factor} times the budget takes at most 2 changes in 3 minutes and ends below it`, async () => {
      const loop = await joined();
      await loop.run(180, () => 100 * factor - 10);
      expect(loop.quality().length).toBeLessThanOrEqual(2);
      expect(loop.core.store.number('frame.loadPercent')).toBeLessThanOrEqual(100);
    });
  }

  test('that fits already changes nothing', async () => {
    const loop = await joined();
    await loop.run(120, () => 70);
    expect(loop.changes).toEqual([]);
  });

  test('that no rung can meet goes to the bottom and stays there', async () => {
    const loop = await joined();
    await loop.run(120, () => 3_000);
    expect([loop.value('model'), loop.value('resolution')]).toEqual(['yolov8n', 256]);
    expect(loop.quality().length).toBeLessThanOrEqual(4);
  });
});

describe('after a disturbance', () => {
  for (const pacedFps of [undefined, 10]) {
    test(`${pacedFps === undefined ? 'an unpaced' : 'a paced'} bot is back at the best configuration within 30 s`, async () => {
      const loop = await joined();
      const pace = pacedFps === undefined ? {} : { pacedFps };
      await loop.run(60, () => 60, pace);
      await loop.run(10, () => 240, pace);
      expect(loop.value('model')).toBe('yolov8n');
      await loop.run(30, () => 60, pace);
      expect([loop.value('model'), loop.value('resolution')]).toEqual(['yolov8s', 640]);
    });
  }

  test('bursts of 3 times the load cost fewer changes the longer they go on', async () => {
    const loop = await joined();
    await loop.run(600, (t) => ((t / 10_000) % 2 < 1 ? 180 : 60));
    const half = loop.quality().filter(({ atMs }) => atMs > 300_000).length;
    expect(loop.quality().length).toBeLessThanOrEqual(14);
    expect(half).toBeLessThan(loop.quality().length / 2);
  });
});

describe('what is unknown', () => {
  test('changes no quality knob: no bot, a silent bot, a paused bot, no readings', async () => {
    const loop = new Loop(cpu, book);
    for (let i = 0; i < 40; i++) await loop.tick([], {});
    await loop.tick([hello()], {});
    for (let i = 0; i < 40; i++) await loop.tick([], {});
    await loop.tick([{ kind: 'pause', session: SESSION }], {});
    for (let i = 0; i < 40; i++) await loop.tick([], {});
    expect(loop.changes).toEqual([]);
  });

  test('lets an overload that was seen once lapse with the bot', async () => {
    const loop = await joined();
    await loop.tick([frames(3, 300, 280)]);
    for (let i = 0; i < 20; i++) await loop.tick();
    expect(loop.quality()).toEqual([]);
    expect(loop.core.store.reading('frame.totalMs')).toMatchObject({
      quality: 'missing',
      why: 'no frame for 2 s',
    });
  });

  test('makes one bad sample change nothing', async () => {
    const loop = await joined();
    for (let i = 0; i < 10; i++) await loop.tick();
    await loop.tick([], { ...COOL, 'gpu.thermalMarginC': measured('hot'), 'gpu.temperatureC': measured(0) });
    for (let i = 0; i < 10; i++) await loop.tick();
    expect(loop.changes).toEqual([]);
  });
});

describe('hardware', () => {
  const hot = { ...COOL, 'gpu.thermalMarginC': measured(2) };
  const device = {
    kind: 'device' as const,
    knob: 'powerLimitW',
    offer: { range: [150, 600] as [number, number], value: 450 },
  };

  test('is capped while hot, and climbs back by a rung every 3 s after', async () => {
    const loop = await joined();
    await loop.tick([device]);
    for (let i = 0; i < 10; i++) await loop.tick([], hot);
    expect(loop.value('powerLimitW')).toBe(320);
    for (let i = 0; i < 60; i++) await loop.tick();
    const watts = loop.changes.filter(({ knob }) => knob === 'powerLimitW');
    expect(watts.map(({ to }) => to)).toEqual([320, 345, 370, 395, 420, 445, 450]);
    const climbs = watts.slice(2).map(({ atMs }, i) => atMs - (watts[i + 1]?.atMs ?? 0));
    expect(Math.min(...climbs)).toBeGreaterThanOrEqual(3_000);
  });

  test('is not written without consent; the decision says what it would be', async () => {
    const loop = await joined(undefined, { consent: false });
    await loop.tick([device]);
    for (let i = 0; i < 10; i++) await loop.tick([], hot);
    const { decision } = await loop.tick([], hot);
    expect(loop.changes).toEqual([]);
    expect(decision.knobs.powerLimitW).toMatchObject({ value: 450, wouldBe: 320 });
  });

  test('that nobody can write is advice, with the reason among the losers', async () => {
    const loop = await joined();
    const readOnly = 'the driver lets root alone write it';
    await loop.tick([{ ...device, offer: { ...device.offer, readOnly } }]);
    for (let i = 0; i < 10; i++) await loop.tick([], hot);
    const { decision } = await loop.tick([], hot);
    expect(loop.changes).toEqual([]);
    expect(decision.knobs.powerLimitW).toMatchObject({
      value: 450,
      wouldBe: 320,
      losers: expect.arrayContaining([{ by: 'cool-down', wanted: 320, code: 'readOnly', reason: readOnly }]),
    });
    const allowed = await loop.tick([device], hot);
    expect(allowed.decision.knobs.powerLimitW).toMatchObject({ value: 320, winner: 'cool-down' });
  });

  test('stays capped while the sensor is lost', async () => {
    const loop = await joined();
    await loop.tick([device]);
    for (let i = 0; i < 10; i++) await loop.tick([], hot);
    const { 'gpu.thermalMarginC': _margin, 'gpu.temperatureC': _temperature, ...rest } = COOL;
    for (let i = 0; i < 30; i++) await loop.tick([], rest);
    const { decision } = await loop.tick([], rest);
    expect(decision.active).toContain('cool-down');
    expect(loop.value('powerLimitW')).toBe(320);
  });
});

describe('the thermal margin', () => {
  const rtx = shippedProfile('rtx-4090');
  const margin = async (readings: typeof COOL): Promise<unknown> => {
    const loop = new Loop(rtx, shippedBook(rtx));
    await loop.tick([], readings);
    return loop.core.store.reading('gpu.thermalMarginC');
  };

  test("is the card's own where it tells one", async () => {
    expect(await margin(COOL)).toMatchObject({ value: 28, quality: 'simulated' });
  });

  test("is the profile's throttle point minus the temperature where the card tells none", async () => {
    const { 'gpu.thermalMarginC': _own, ...rest } = COOL;
    expect(await margin(rest)).toMatchObject({ value: 83 - 55, quality: 'derived' });
    const unsupported = {
      ...rest,
      'gpu.thermalMarginC': [null, 'unsupported', 0, 'no field'] as [null, 'unsupported', number, string],
    };
    expect(await margin(unsupported)).toMatchObject({ value: 83 - 55, quality: 'derived' });
  });

  test('is unknown without a temperature', async () => {
    expect(await margin({})).toMatchObject({ quality: 'missing' });
  });
});

describe('a bot', () => {
  test('that refuses a change is not asked again for a minute', async () => {
    const loop = await joined();
    loop.answer = false;
    for (let i = 0; i < 6; i++) await loop.tick([frames(4, 130, 120)]);
    const [change] = loop.changes;
    expect(change?.knob).toBe('resolution');
    const revision = loop.core.memory.revision;
    const refusal = {
      kind: 'applied' as const,
      knob: 'resolution',
      value: 640,
      ok: false,
      error: 'out of memory',
      tookMs: 5,
      revision,
    };
    const { outcomes } = await loop.tick([refusal, frames(4, 130, 120)]);
    expect(outcomes[0]?.outcome).toBe('refused');
    for (let i = 0; i < 80; i++) await loop.tick([frames(4, 130, 120)]);
    const again = loop.changes.filter(({ knob, to }) => knob === 'resolution' && to === 512);
    expect(again).toHaveLength(1);
  });

  test('is never told a model and size that it did not offer', async () => {
    const loop = new Loop(cpu, book);
    const models = [
      { name: 'yolov8n', sizes: [320, 512] },
      { name: 'yolov8s', sizes: [416, 640] },
    ];
    await loop.tick([hello({ models })]);
    await loop.run(60, (t) => (t < 20_000 ? 200 : 40));
    const final = { model: loop.value('model'), resolution: loop.value('resolution') };
    expect(models.find(({ name }) => name === final.model)?.sizes).toContain(final.resolution);
    expect(loop.quality().length).toBeGreaterThan(0);
  });

  test('that fights is probed only after the fight', async () => {
    const loop = await joined();
    await loop.run(10, () => 240);
    const before = loop.changes.length;
    await loop.run(30, () => 40, { scene: { combatActive: true } });
    expect(loop.changes.slice(before)).toEqual([]);
    await loop.run(20, () => 40);
    expect(loop.changes.length).toBeGreaterThan(before);
  });
});

describe('a person', () => {
  test("outranks the rules until the value's time is over", async () => {
    const loop = await joined();
    await loop.tick([{ kind: 'override', knob: 'model', value: 'yolov8n', forS: 5 }]);
    const { decision } = await loop.tick([frames(5, 50, 40)]);
    expect(decision.knobs.model).toMatchObject({ value: 'yolov8n', winner: 'override' });
    for (let i = 0; i < 12; i++) await loop.tick([frames(5, 50, 40)]);
    expect(loop.value('model')).toBe('yolov8s');
  });

  test('can freeze all but safety rules', async () => {
    const loop = await joined();
    await loop.run(10, () => 240);
    const before = loop.quality().length;
    await loop.tick([
      { kind: 'auto', value: false },
      { kind: 'device', knob: 'powerLimitW', offer: { range: [150, 600], value: 450 } },
    ]);
    await loop.run(30, () => 40, { readings: { ...COOL, 'gpu.thermalMarginC': measured(2) } });
    await loop.run(30, () => 400);
    expect(loop.quality()).toHaveLength(before);
    expect(loop.changes.find(({ knob }) => knob === 'powerLimitW')?.winner).toBe('cool-down');
  });

  test('who freezes while a rule that is no safety rule caps, keeps what it capped', async () => {
    const loop = await joined(
      'version: 1\nrules: [ { id: small, when: { system.memoryPercent: { above: 50 } }, then: [ { cap: { resolution: 320 } } ], because: x } ]\n',
    );
    const full = { ...COOL, 'system.memoryPercent': measured(60) };
    await loop.run(5, () => 40, { readings: full });
    expect(loop.value('resolution')).toBe(320);
    await loop.tick([{ kind: 'auto', value: false }]);
    await loop.run(30, () => 40);
    expect(loop.value('resolution')).toBe(320);
  });

  test('changes the level, and rules read it at the next tick', async () => {
    const loop = await joined();
    await loop.tick([{ kind: 'level', value: 'maximum' }]);
    await loop.tick();
    expect(loop.core.store.known('level.targetFps')).toBe(20);
    expect(loop.core.level).toBe('maximum');
  });
});

describe('modes', () => {
  test('shadow and recommend change nothing and tell what they would do', async () => {
    for (const mode of ['shadow', 'recommend'] as const) {
      const loop = await joined(undefined, { mode });
      await loop.run(10, () => 120);
      const { decision } = await loop.tick([frames(4, 130, 120)]);
      expect(loop.changes).toEqual([]);
      expect([decision.knobs.model?.wouldBe, decision.knobs.resolution?.wouldBe]).not.toEqual([
        undefined,
        undefined,
      ]);
    }
  });
});

describe('another book', () => {
  test('keeps the state of rules that did not change, and resets those that did', async () => {
    const loop = await joined();
    for (let i = 0; i < 10; i++) await loop.tick([], { ...COOL, 'gpu.thermalMarginC': measured(2) });
    const changed = loop.core.useBook(shippedBook(cpu, 'version: 1\ntune: { model-down: { for: 2s } }\n'));
    expect(changed).toBe(1);
    const { decision } = await loop.tick([], { ...COOL, 'gpu.thermalMarginC': measured(2) });
    expect(decision.active).toContain('cool-down');
  });

  test('with another target is read at once', async () => {
    const loop = await joined();
    await loop.run(5, () => 60);
    const before = loop.core.store.number('frame.loadPercent') ?? 0;
    loop.core.useBook(shippedBook(cpu, 'version: 1\nlevels: { balanced: { targetFps: 20 } }\n'));
    await loop.run(0.5, () => 60);
    expect(loop.core.store.number('level.targetFps')).toBe(20);
    expect(loop.core.store.number('frame.loadPercent')).toBeCloseTo(2 * before, 0);
  });
});

describe('time', () => {
  test('a gap resets what is pending and leaves what is active', async () => {
    const loop = await joined();
    const hot = { ...COOL, 'gpu.thermalMarginC': measured(2) };
    for (let i = 0; i < 10; i++) await loop.tick([], hot);
    await loop.run(1, () => 240, { readings: hot });
    const { decision, gap } = await loop.tick([frames(4, 250, 240)], hot, 60_000);
    expect(gap).toBe(true);
    expect(decision.active).toContain('cool-down');
    expect(loop.core.ruleMemory('model-down')?.heldMs).toBe(0);
  });

  test('is the samples own: the same samples give the same digest', async () => {
    const digests = new Set<string>();
    for (let round = 0; round < 2; round++) {
      const loop = await joined();
      await loop.run(60, (t) => (t < 30_000 ? 200 : 50));
      digests.add(loop.core.digest.value());
    }
    expect(digests.size).toBe(1);
  });
});

test('the digest has a line for the first tick and one for each change, with sorted keys', async () => {
  const loop = new Loop(cpu, book);
  const first = await loop.tick([hello()]);
  expect(first.digestLine).toMatch(
    /^\{"active":\[\],"atMs":0,"knobs":\{"frameSkip":\[0,"base","base"\],"level":/,
  );
  const second = await loop.tick();
  expect(second.digestLine).toBeNull();
  const sample: Sample['events'] = [{ kind: 'override', knob: 'streams', value: 2, forS: 60 }];
  const third = await loop.tick(sample);
  expect(third.digestLine).toContain('"streams":[2,"override","override"]');
});

describe('another card', () => {
  const device = {
    kind: 'device' as const,
    knob: 'powerLimitW',
    offer: { range: [150, 600] as [number, number], value: 450 },
  };

  test('has nothing of what was seen or decided of the one before, in a replay as well', async () => {
    const loop = await joined();
    const hot = { ...COOL, 'gpu.thermalMarginC': measured(2), 'gpu.1.powerW': measured(40) };
    await loop.tick([device]);
    for (let i = 0; i < 10; i++) await loop.tick([], hot);
    expect(loop.value('powerLimitW')).toBe(320);
    const offer = { range: [100, 400] as [number, number], value: 400 };
    await loop.tick(
      [
        { kind: 'card', name: 'Another card' },
        { ...device, offer },
      ],
      { 'gpu.temperatureC': measured(40) },
    );
    expect(loop.value('powerLimitW')).toBe(400);
    expect(loop.core.store.known('gpu.temperatureC')).toBe(40);
    for (const fact of ['gpu.powerW', 'gpu.1.powerW']) {
      expect(loop.core.store.reading(fact), fact).toMatchObject({
        value: null,
        quality: 'missing',
        why: 'the bot computes on another card, which has not told it yet',
      });
    }
    await loop.tick([{ kind: 'card', name: 'A third card' }]);
    expect(loop.value('powerLimitW')).toBeUndefined();
  });
});
