import { describe, expect, test } from 'vitest';
import type { Readings } from '../../src/shapes/reading.js';
import type { Book } from '../../src/shapes/rule.js';
import type { TickEvent } from '../../src/shapes/sample.js';
import { COOL, frames, hello, Loop, measured } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';

const cpu = shippedProfile('cpu');
const device: TickEvent = { kind: 'device', knob: 'powerLimitW', offer: { range: [150, 600], value: 450 } };

/** The shipped levels and frame rules with these rules alone. */
function bookOf(rules: string, rest = ''): Book {
  const book = shippedBook(cpu, `version: 1\nname: own\n${rest}rules:\n${rules.replace(/^/gm, '  ')}\n`);
  return { ...book, rules: book.rules.filter(({ place }) => place.path.startsWith('overlay')) };
}

async function joined(book: Book, settings = {}): Promise<Loop> {
  const loop = new Loop(cpu, book, settings, { engine: 'compiled' });
  await loop.tick([hello(), device]);
  return loop;
}

function hot(temperatureC: number): Readings {
  return { ...COOL, 'system.cpuTemperatureC': measured(temperatureC) };
}

async function ticks(loop: Loop, count: number, readings: Readings, events: TickEvent[] = []): Promise<void> {
  for (let i = 0; i < count; i++) await loop.tick(events, readings);
}

const GOOD_FRAMES = [frames(5, 50, 40)];

describe('bounds', () => {
  const twins = bookOf(`- id: b-cap
  when: { system.cpuTemperatureC: { above: 80 } }
  then: [ { cap: { powerLimitW: 300 } } ]
  because: x
- id: a-cap
  when: { system.cpuTemperatureC: { above: 80 } }
  then: [ { cap: { powerLimitW: 300 } } ]
  because: x
- id: z-cap
  priority: 500
  when: { system.cpuTemperatureC: { above: 90 } }
  then: [ { cap: { powerLimitW: 300 } } ]
  because: x`);

  test('that are equal name the higher priority, then the lower id, whatever the order of the rules', async () => {
    for (const book of [twins, { ...twins, rules: twins.rules.toReversed() }]) {
      const loop = await joined(book);
      expect((await loop.tick([], hot(85))).decision.knobs.powerLimitW?.winner).toBe('a-cap');
      expect((await loop.tick([], hot(95))).decision.knobs.powerLimitW?.winner).toBe('z-cap');
    }
  });

  test('of a safety rule are met at once where a tighter one would have to wait', async () => {
    const loop = await joined(
      bookOf(`- id: safe
  safety: true
  when: { system.cpuTemperatureC: { above: 90 } }
  then: [ { cap: { resolution: 512 } } ]
  because: x
- id: tight
  when: { system.cpuTemperatureC: { above: 90 } }
  then: [ { cap: { resolution: 320 } } ]
  because: x`),
    );
    loop.answer = false;
    await loop.tick([{ kind: 'override', knob: 'model', value: 'yolov8n', forS: 60 }]);
    const { decision } = await loop.tick([], hot(95));
    expect(decision.knobs.resolution?.value).toBe(320);
  });

  test('by a fact stay where the fact was last known to be', async () => {
    const loop = await joined(
      bookOf(`- id: follow
  when: { system.memoryPercent: { above: 10 } }
  then: [ { cap: { powerLimitW: { fact: system.cpuTemperatureC, times: 4 } } } ]
  because: x`),
    );
    await ticks(loop, 3, hot(75));
    expect(loop.value('powerLimitW')).toBe(300);
    await ticks(loop, 60, COOL);
    expect(loop.core.store.known('system.cpuTemperatureC')).toBeUndefined();
    expect(loop.value('powerLimitW')).toBe(300);
    await ticks(loop, 2, hot(70));
    expect(loop.value('powerLimitW')).toBe(280);
  });
});

describe('while what ends a rule is unknown', () => {
  const rule = (extra: string, then: string): Book =>
    bookOf(`- id: held
  when: { system.cpuTemperatureC: { above: 80 } }
  until: { system.cpuTemperatureC: { below: 60 } }
${extra}  then: [ ${then} ]
  because: x`);

  test('a cap holds', async () => {
    const loop = await joined(rule('', '{ cap: { powerLimitW: 300 } }'));
    await ticks(loop, 3, hot(85));
    await ticks(loop, 60, COOL);
    expect(loop.value('powerLimitW')).toBe(300);
  });

  test('a cap of a rule that says "blind: release" lets go, rung by rung', async () => {
    const loop = await joined(rule('  blind: release\n', '{ cap: { powerLimitW: 400 } }'));
    await ticks(loop, 3, hot(85));
    expect(loop.value('powerLimitW')).toBe(400);
    await ticks(loop, 60, COOL);
    expect(loop.value('powerLimitW')).toBe(450);
  });

  test('a floor of watts lets go, and one of quality leaves the knob where it is until it is known', async () => {
    const watts = await joined(rule('', '{ floor: { powerLimitW: 500 } }'));
    await ticks(watts, 20, hot(85));
    expect(watts.value('powerLimitW')).toBe(500);
    await ticks(watts, 60, COOL);
    expect(watts.value('powerLimitW')).toBe(450);

    const start: TickEvent = hello({
      knobs: { resolution: { values: [256, 320, 416, 512, 640], value: 320 } },
    });
    const sizes = new Loop(cpu, rule('', '{ floor: { resolution: 512 } }'), {}, { engine: 'compiled' });
    await sizes.tick([start]);
    await ticks(sizes, 60, hot(85), GOOD_FRAMES);
    expect(sizes.value('resolution')).toBe(512);
    await ticks(sizes, 60, COOL, GOOD_FRAMES);
    expect(sizes.value('resolution')).toBe(512);
    const { decision } = await sizes.tick(GOOD_FRAMES);
    expect(decision.active).toEqual([]);
    expect(decision.knobs.resolution?.losers).toContainEqual(
      expect.objectContaining({ code: 'blind', to: 'held' }),
    );
    await ticks(sizes, 10, hot(50), GOOD_FRAMES);
    expect(sizes.value('resolution')).toBe(320);
  });

  test('a floor of quality that ended because "until" is unknown is kept, though "when" is known', async () => {
    const loop = new Loop(
      cpu,
      bookOf(`- id: held
  when: { system.memoryPercent: { above: 50 } }
  until: { system.cpuTemperatureC: { below: 60 } }
  then: [ { floor: { resolution: 512 } } ]
  because: x`),
      {},
      { engine: 'compiled' },
    );
    await loop.tick([hello({ knobs: { resolution: { values: [256, 320, 416, 512, 640], value: 320 } } })]);
    const busy = { ...hot(85), 'system.memoryPercent': measured(70) };
    await ticks(loop, 60, busy, GOOD_FRAMES);
    expect(loop.value('resolution')).toBe(512);
    await ticks(loop, 60, { ...COOL, 'system.memoryPercent': measured(40) }, GOOD_FRAMES);
    expect(loop.core.ruleMemory('held')?.phase).toBe('idle');
    expect(loop.value('resolution')).toBe(512);
  });

  test('a climb that had begun stands still', async () => {
    const loop = await joined(
      bookOf(`- id: held
  when: { system.cpuTemperatureC: { above: 80 } }
  then: [ { cap: { powerLimitW: 300 } } ]
  because: x`),
    );
    await ticks(loop, 3, hot(85));
    await ticks(loop, 10, hot(50));
    const reached = Number(loop.value('powerLimitW'));
    expect(reached).toBeGreaterThan(300);
    expect(reached).toBeLessThan(450);
    const gone: Readings = { ...COOL, 'system.cpuTemperatureC': [null, 'unsupported', 0, 'no sensor'] };
    await ticks(loop, 1, gone);
    const still = Number(loop.value('powerLimitW'));
    await ticks(loop, 60, gone);
    expect(loop.value('powerLimitW')).toBe(still);
    await ticks(loop, 40, hot(50));
    expect(loop.value('powerLimitW')).toBe(450);
  });
});

describe('a rule that lowers watts by steps probes', () => {
  const probing = bookOf(`- id: save
  when: { system.cpuTemperatureC: { above: 10 } }
  every: 1s
  then: [ { step: { powerLimitW: -1 } } ]
  because: x
- id: give-back
  when: { system.cpuTemperatureC: { above: 80 } }
  every: 1s
  priority: 500
  then: [ { step: { powerLimitW: +1 } } ]
  because: x`);

  test('outside of scenes only', async () => {
    const loop = await joined(probing);
    const fight = [frames(5, 50, 40, { scene: { combatActive: true } })];
    await ticks(loop, 10, hot(50), fight);
    expect(loop.value('powerLimitW')).toBe(450);
    const { decision } = await loop.tick(fight, hot(50));
    expect(decision.knobs.powerLimitW?.losers).toContainEqual(expect.objectContaining({ code: 'scene' }));
    await ticks(loop, 10, hot(50), GOOD_FRAMES);
    expect(Number(loop.value('powerLimitW'))).toBeLessThan(450);
  });

  test('and waits longer each time it was corrected, which waits for nothing', async () => {
    const loop = await joined(probing);
    await ticks(loop, 6, hot(50), GOOD_FRAMES);
    const low = Number(loop.value('powerLimitW'));
    expect(low).toBeLessThan(450);
    await ticks(loop, 2, hot(85), [frames(5, 50, 40, { scene: { combatActive: true } })]);
    expect(Number(loop.value('powerLimitW'))).toBeGreaterThan(low);
    await ticks(loop, 3, hot(50), GOOD_FRAMES);
    const { decision } = await loop.tick(GOOD_FRAMES, hot(50));
    expect(decision.knobs.powerLimitW?.losers).toContainEqual(
      expect.objectContaining({ by: 'save', code: 'backOff' }),
    );
  });
});

describe('steps up of what is borrowed', () => {
  const stepping = (up: string): Book =>
    bookOf(`- id: save
  when: { system.cpuTemperatureC: { below: 40 } }
  every: 1s
  then: [ { step: { powerLimitW: -1 } } ]
  because: x
- id: late
  when: { system.cpuTemperatureC: { above: 80 } }
  every: 1s
  then: [ { step: { powerLimitW: ${up} } } ]
  because: x`);

  test('give back all at once what steps took, and never more than the value found', async () => {
    const loop = await joined(stepping('+9'));
    await ticks(loop, 4, hot(30), GOOD_FRAMES);
    expect(Number(loop.value('powerLimitW'))).toBeLessThan(450);
    const back = await loop.tick(GOOD_FRAMES, hot(85));
    expect(back.changes).toMatchObject([{ knob: 'powerLimitW', to: 450 }]);
    await loop.tick(GOOD_FRAMES, hot(85));
    const { decision } = await loop.tick(GOOD_FRAMES, hot(85));
    expect(decision.knobs.powerLimitW).toMatchObject({
      value: 450,
      losers: [{ by: 'late', code: 'bounded', reason: 'steps raise it to its base 450 at most', to: 'base' }],
    });
  });

  test('leave a floor above the base where it is', async () => {
    const loop = await joined(
      bookOf(`- id: floor
  when: { system.cpuTemperatureC: { above: 10 } }
  then: [ { floor: { powerLimitW: 500 } } ]
  because: x
- id: late
  when: { system.cpuTemperatureC: { above: 80 } }
  every: 1s
  then: [ { step: { powerLimitW: +1 } } ]
  because: x`),
    );
    await ticks(loop, 20, hot(85));
    expect(loop.value('powerLimitW')).toBe(500);
  });

  test('go as far as the base of the present when another one has been laid', async () => {
    const loop = await joined(stepping('+1'));
    await loop.tick([{ kind: 'device', knob: 'powerLimitW', offer: { range: [150, 600], value: 350 } }]);
    await ticks(loop, 10, hot(85), GOOD_FRAMES);
    expect(loop.value('powerLimitW')).toBe(350);
  });
});

test('relief that stops frames waits two seconds of a scene, then goes and says so', async () => {
  const loop = new Loop(cpu, shippedBook(cpu), {}, { engine: 'compiled' });
  await loop.tick([
    hello({ knobs: { model: { values: ['yolov8n', 'yolov8s'], value: 'yolov8s', switchGapMs: 3_000 } } }),
  ]);
  const said: string[] = [];
  for (let i = 0; i < 20; i++) {
    const { decision } = await loop.tick([frames(3, 240, 230, { scene: { combatActive: true } })]);
    said.push(...(decision.knobs.model?.losers.map(({ reason }) => reason) ?? []));
  }
  expect(loop.changes[0]).toMatchObject({ knob: 'model', to: 'yolov8n' });
  expect(said).toContain('changed within the scene, after waiting as long as it may');
  expect(said.filter((reason) => reason.startsWith('waits for combat to end')).length).toBeGreaterThan(1);
});

describe('sets that are not enforced', () => {
  const RULES = `- id: mine
  when: { system.cpuTemperatureC: { above: 80 } }
  then: [ { cap: { powerLimitW: 300 } } ]
  because: x`;

  function withModes(): Book {
    const files = (mode: string, watts: number): string =>
      `version: 1\nname: ${mode}-set\nmode: ${mode}\nrules:\n${RULES.replace('mine', mode).replace('300', String(watts)).replace(/^/gm, '  ')}\n`;
    return shippedBook(cpu, files('recommend', 300), files('shadow', 250));
  }

  test('decide apart from each other, and change nothing', async () => {
    const loop = await joined(withModes());
    const { decision, digestLine } = await loop.tick([], hot(85));
    expect(decision.knobs.powerLimitW?.value).toBe(450);
    expect(decision.wouldBe).toEqual([
      { mode: 'recommend', knobs: { powerLimitW: { value: 300, winner: 'recommend' } } },
      { mode: 'shadow', knobs: { powerLimitW: { value: 250, winner: 'shadow' } } },
    ]);
    expect(decision.knobs.powerLimitW?.wouldBe).toBe(300);
    expect(digestLine ?? '').not.toContain('300');
    expect(loop.changes).toEqual([]);
  });

  test('say nothing where they agree with what is enforced', async () => {
    const loop = await joined(withModes());
    const { decision } = await loop.tick([], hot(50));
    expect(decision.wouldBe).toEqual([]);
  });

  test('leave no trace in what the decision remembers', async () => {
    const [plain, watched] = [await joined(shippedBook(cpu)), await joined(withModes())];
    for (const loop of [plain, watched]) await loop.run(20, () => 200, { readings: hot(85) });
    expect(watched.core.memory).toEqual(plain.core.memory);
  });
});

describe('a cap that comes and goes on a constant load', () => {
  const own = bookOf(`- id: late
  when: { frame.loadPercent: { above: 100 } }
  until: { frame.loadPercent: { below: 80 } }
  then: [ { cap: { model: yolov8n } } ]
  because: x`);

  test('corrects the climbs it makes necessary, which wait longer each time', async () => {
    const loop = await joined(own);
    await loop.run(300, () => 120);
    expect(loop.quality().length).toBeLessThanOrEqual(16);
    const late = loop.quality().filter(({ atMs }) => atMs > 200_000).length;
    expect(late).toBeLessThanOrEqual(2);
  });
});

describe('a model that was not built for the size in force', () => {
  const models = [
    { name: 'yolov8n', sizes: [640] },
    { name: 'yolov8s', sizes: [320, 640] },
  ];
  const rules = (safety: boolean): Book =>
    bookOf(`- id: small
  safety: ${safety}
  when: { system.cpuTemperatureC: { above: 80 } }
  then: [ { cap: { resolution: 320 } } ]
  because: x
- id: quick
  when: { system.memoryPercent: { above: 50 } }
  then: [ { set: { model: yolov8n } } ]
  because: x
- id: quicker
  when: { system.memoryPercent: { above: 50 } }
  every: 1s
  then: [ { step: { model: -1 } } ]
  because: x`);

  for (const safety of [true, false]) {
    test(`does not lift a ${safety ? 'safety ' : ''}cap of the size: the model stays`, async () => {
      const loop = new Loop(cpu, rules(safety), {}, { engine: 'compiled' });
      await loop.tick([hello({ models })]);
      await ticks(loop, 10, hot(85), GOOD_FRAMES);
      expect([loop.value('model'), loop.value('resolution')]).toEqual(['yolov8s', 320]);
      const full = { ...hot(85), 'system.memoryPercent': measured(70) };
      await ticks(loop, 10, full, GOOD_FRAMES);
      expect([loop.value('model'), loop.value('resolution')]).toEqual(['yolov8s', 320]);
      await ticks(loop, 20, { ...full, 'system.cpuTemperatureC': measured(50) }, GOOD_FRAMES);
      expect([loop.value('model'), loop.value('resolution')]).toEqual(['yolov8n', 640]);
    });
  }
});

test("relief that an active rule asks for is not delayed by another rule's blindness", async () => {
  const loop = await joined(
    bookOf(`- id: gone
  when: { system.cpuTemperatureC: { above: 80 } }
  then: [ { cap: { resolution: 320 } } ]
  because: x
- id: late
  when: { frame.loadPercent: { above: 100 } }
  then: [ { cap: { resolution: 256 } } ]
  because: x`),
  );
  await ticks(loop, 6, hot(85), GOOD_FRAMES);
  await ticks(loop, 8, hot(50), GOOD_FRAMES);
  const half = Number(loop.value('resolution'));
  expect(half).toBeGreaterThan(320);
  expect(half).toBeLessThan(640);
  const gone: Readings = { ...COOL, 'system.cpuTemperatureC': [null, 'unsupported', 0, 'no sensor'] };
  await ticks(loop, 6, gone, [frames(3, 300, 280)]);
  expect(loop.value('resolution')).toBe(256);
});

describe('a scene that nobody tells of any more', () => {
  test('goes on: nothing is probed for want of a flag', async () => {
    const loop = await joined(shippedBook(cpu));
    await loop.run(10, () => 240);
    const before = loop.quality().length;
    await loop.run(5, () => 40, { scene: { combatActive: true } });
    for (let i = 0; i < 40; i++) {
      const event = frames(10, 50, 40);
      await loop.tick([{ ...event, scene: {} } as TickEvent]);
    }
    expect(loop.core.store.known('scene.combatActive')).toBe(false);
    expect(loop.quality().length).toBeGreaterThan(before);

    const silent = await joined(
      bookOf(`- id: up
  when: { system.memoryPercent: { above: 10 } }
  every: 1s
  then: [ { step: { resolution: -1 } }, { step: { captureFps: +1 } } ]
  because: x`),
    );
    await silent.tick([
      hello({ knobs: { captureFps: { range: [5, 60], value: 10 } } }),
      frames(5, 50, 40, { scene: { combatActive: true } }),
    ]);
    await ticks(silent, 30, COOL);
    expect(silent.core.store.known('scene.combatActive')).toBeUndefined();
    expect(silent.value('captureFps')).toBe(10);
  });
});

test('changes that come at once are not graded: none can be told from what follows', async () => {
  const loop = new Loop(
    cpu,
    bookOf(`- id: both
  when: { system.cpuTemperatureC: { above: 80 } }
  then: [ { step: { model: -1 } }, { cap: { powerLimitW: 100 } } ]
  because: x`),
  );
  await loop.tick([hello(), device]);
  await loop.run(2, () => 60);
  await loop.run(10, () => 60, { readings: hot(85) });
  expect(loop.changes.length).toBeGreaterThanOrEqual(2);
  expect(loop.core.memory.ledger.graded).toEqual([]);
});

test("a person's wish is asked for at once, whatever was refused before", async () => {
  const loop = await joined(bookOf('[]'));
  loop.answer = false;
  const wish: TickEvent = { kind: 'override', knob: 'powerLimitW', value: 300, forS: 600 };
  await loop.tick([wish]);
  const revision = loop.core.memory.knobs.powerLimitW?.sent?.revision ?? -1;
  await loop.tick([{ kind: 'applied', knob: 'powerLimitW', value: 450, ok: false, tookMs: 1, revision }]);
  await loop.run(5, () => 60);
  expect(loop.changes.filter(({ to }) => to === 300)).toHaveLength(1);
  await loop.tick([wish]);
  expect(loop.changes.filter(({ to }) => to === 300)).toHaveLength(2);
});

test('a refused safety cap is asked for again every few seconds, one of another rule after a minute', async () => {
  for (const [safety, asked] of [
    [true, 6],
    [false, 1],
  ] as const) {
    const loop = await joined(
      bookOf(`- id: hot
  safety: ${safety}
  when: { system.cpuTemperatureC: { above: 80 } }
  then: [ { cap: { powerLimitW: 250 } } ]
  because: x`),
    );
    loop.answer = false;
    for (let i = 0; i < 60; i++) {
      const sent = loop.core.memory.knobs.powerLimitW?.sent;
      const refusal: TickEvent[] =
        sent == null
          ? []
          : [
              {
                kind: 'applied',
                knob: 'powerLimitW',
                value: 450,
                ok: false,
                tookMs: 1,
                revision: sent.revision,
              },
            ];
      await loop.tick(refusal, hot(85));
    }
    expect(loop.changes.filter(({ to }) => to === 250)).toHaveLength(asked);
  }
});

describe('another book', () => {
  const preset = (resolution: number): string =>
    `version: 1\npresets: { mine: { level: balanced, knobs: { resolution: ${resolution} } } }\n`;

  test('that changes the preset in force changes the base at once', async () => {
    const loop = await joined(shippedBook(cpu, preset(416)));
    await loop.tick([{ kind: 'preset', value: 'mine' }], COOL);
    await ticks(loop, 3, COOL, GOOD_FRAMES);
    expect(loop.value('resolution')).toBe(416);
    loop.core.useBook(shippedBook(cpu, preset(640)));
    const { decision } = await loop.tick(GOOD_FRAMES);
    expect(decision.knobs.resolution?.value).toBe(640);
  });

  test('forgets what was learnt about the rules that it changes or lacks, and keeps the rest', async () => {
    const loop = await joined(shippedBook(cpu));
    const backOff = { waitMs: 40_000, blockedUntilMs: 90_000, open: null };
    Object.assign(loop.core.memory.backOff, { 'model-up': { ...backOff }, 'resolution-up': { ...backOff } });
    loop.core.useBook(shippedBook(cpu, 'version: 1\ntune: { model-up: { for: 6s } }\n'));
    expect(Object.keys(loop.core.memory.backOff)).toEqual(['resolution-up']);
  });
});
