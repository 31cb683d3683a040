/** Names that every object inherits, wherever a name comes from outside: nothing is found under them, nothing is written to them. */
import { afterEach, describe, expect, test } from 'vitest';
import { checkWish, offersOf } from '../../src/agent/wishes.js';
import { BotRegistry } from '../../src/bot/index.js';
import { DEFAULT_FRAME_RULES } from '../../src/frames/importance.js';
import { buildBook } from '../../src/rules/book.js';
import { LineIntake } from '../../src/server/line-intake.js';
import type { PersonEvent, TickEvent } from '../../src/shapes/sample.js';
import { COOL, frames, hello, Loop } from '../helpers/loop.js';
import { shippedBook, shippedFiles, shippedProfile } from '../helpers/shipped.js';

const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'toLocaleString',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'valueOf',
  '__defineGetter__',
];

const cpu = shippedProfile('cpu');
const inherited = Object.getOwnPropertyNames(Object.prototype);
const ofFunctions = Object.getOwnPropertyNames(Object);
afterEach(() => {
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(inherited);
  expect(Object.getOwnPropertyNames(Object)).toEqual(ofFunctions);
});

const loopOf = async (...rules: string[]): Promise<Loop> => {
  const loop = new Loop(cpu, shippedBook(cpu, ...rules), {}, { engine: 'compiled' });
  await loop.tick([hello()], COOL);
  return loop;
};

describe.each(NAMES)('the name %s', (name) => {
  test('is no knob, weight, level or preset that a person could ask for', async () => {
    const { core } = await loopOf();
    const offers = offersOf(core.memory, core.givenFrames);
    const ask = (wish: PersonEvent) => (): PersonEvent =>
      checkWish(wish, { book: core.book, profile: cpu, offers });
    for (const knob of [name, `weights.${name}`]) {
      const refusal = expect.objectContaining({
        code: 'unknownKnob',
        details: { offered: expect.any(Array) },
      });
      expect(ask({ kind: 'override', knob, value: 1, forS: 60 })).toThrow(refusal);
      expect(ask({ kind: 'release', knob })).toThrow(refusal);
    }
    for (const kind of ['level', 'preset'] as const)
      expect(ask({ kind, value: name })).toThrow(expect.objectContaining({ code: 'unknownName' }));
  });

  test('does nothing as an input of a tick, whoever wrote it into a recording', async () => {
    const loop = await loopOf();
    const events: TickEvent[] = [
      { kind: 'release', knob: name },
      { kind: 'readBack', knob: name, value: 1, why: 'moved' },
      { kind: 'applied', knob: name, value: 1, ok: false, tookMs: 1, revision: 1 },
      { kind: 'device', knob: name, offer: null },
      { kind: 'preset', value: name },
      { kind: 'level', value: name },
      frames(10, 30, 20, { scene: JSON.parse(`{"${name}": true}`) }),
    ];
    await loop.tick(events, COOL);
    await loop.tick([{ kind: 'override', knob: name, value: 1, forS: 1 }], COOL);
    const { decision } = await loop.tick([], COOL);
    expect(Object.keys(decision.knobs)).not.toContain(name);
  });

  test('is a knob like any other where a bot offers it', async () => {
    const loop = await loopOf();
    const knobs = Object.fromEntries([[name, { values: [1, 2], value: 1 }]]);
    await loop.tick([{ ...hello(), knobs }], COOL);
    await loop.tick([{ kind: 'override', knob: name, value: 2, forS: 60 }], COOL);
    const { decision } = await loop.tick([{ kind: 'readBack', knob: name, value: 1, why: 'moved' }], COOL);
    expect(Object.entries(decision.knobs).find(([knob]) => knob === name)?.[1]).toMatchObject({ value: 2 });
  });

  test('is refused or taken in as any name by a hello and by a line', () => {
    const bots = new BotRegistry({ now: () => 0, frameRules: DEFAULT_FRAME_RULES });
    const offered = (knob: string): unknown =>
      JSON.parse(
        `{ "protocol": 1, "name": "${name}", "knobs": { "${knob}": { "values": [1], "value": 1 } } }`,
      );
    const { session } = bots.hello(offered('streams'));
    const intake = new LineIntake(bots, session);
    intake.takeText(
      [
        `{"kind":"applied","knob":"${name}","value":1,"ok":true,"tookMs":1,"revision":1}`,
        `{"kind":"frame","id":1,"atMs":1,"totalMs":1,"stagesMs":{"${name}":1},"scene":{"${name}":true}}`,
        `{"kind":"frame","id":2,"atMs":2,"totalMs":1,"inference":{"model":"${name}","size":640,"inferenceMs":1}}`,
      ].map((text, index) => ({ number: index + 1, text })),
    );
    expect(intake.answer()).toMatchObject({
      errors: [{ line: 1 }, ...(name.startsWith('_') ? [{ line: 2 }] : [])],
    });
    if (name.startsWith('_')) expect(() => bots.hello(offered(name))).toThrow(/knobs/);
    else expect(Object.keys(bots.hello(offered(name)).decision)).toEqual([name]);
  });

  test('names a rule, a set, a level, a preset or a flag of its own in a file, or is refused with its place', async () => {
    const file = (set: string, id: string, level: string, flag: string): string => `version: 1
name: ${set}
levels: { ${level}: { targetFps: 15, gpuUsageLimitPercent: 80 } }
presets: { ${level}: { level: ${level} } }
frames: { weights: { ${flag}: 2 } }
rules:
  - id: ${id}
    when: { system.memoryPercent: { above: 5 } }
    then: [ { step: { resolution: -1 } } ]
    because: x
tune: { ${name}: { priority: 3 } }
`;
    const { problems } = buildBook(
      [...shippedFiles(), { path: 'own.yaml', folder: 1, text: file(name, name, name, name) }],
      cpu,
    );
    expect(problems.length > 0).toBe(name !== 'constructor');
    expect(problems.every(({ message }) => !message.includes('native code'))).toBe(true);
    if (name !== 'constructor') return;
    const text = file(name, name, name, name).replace(/tune:.*\n/, '');
    const loop = await loopOf(text);
    await loop.tick([{ kind: 'preset', value: name }], COOL);
    for (let i = 0; i < 6; i++) await loop.tick([frames(10, 30, 20)], COOL);
    expect(loop.core.level).toBe(name);
    expect(loop.core.book.sets[name]).toBe('enforce');
    expect(loop.core.memory.knobs.resolution?.steppedBy).toBe(name);
    expect(loop.core.frameRules.weights[name]).toBe(2);
  });
});
