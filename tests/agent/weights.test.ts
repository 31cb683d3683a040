import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { namedWeights } from '../../src/agent/named-weights.js';
import { checkWish, offersOf } from '../../src/agent/wishes.js';
import type { PersonEvent, TickEvent } from '../../src/shapes/sample.js';
import { COOL, frames, hello, Loop, measured } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';

const cpu = shippedProfile('cpu');
const RULES = `version: 1
name: own
frames: { weights: { bossNear: 2 } }
rules:
  - id: boss
    when: { system.memoryPercent: { above: 50 } }
    then: [ { set: { weights.combatActive: 2.6, weights.bossNear: 4 } } ]
    because: "{state.weights.combatActive}"
  - id: drift
    every: 500ms
    when: { system.memoryPercent: { below: 20 } }
    then: [ { step: { weights.newObjects: -3 } } ]
    because: x
  - id: bounded
    when: { system.cpuPercent: { above: 90 } }
    then: [ { cap: { weights.bossNear: 1.5 } }, { floor: { weights.newObjects: 1.2 } } ]
    because: x
`;
const book = shippedBook(cpu, RULES);
const loopOf = (): Loop => new Loop(cpu, book, {}, { engine: 'compiled' });
const memory = (percent: number, cpuPercent = 10): typeof COOL => ({
  ...COOL,
  'system.memoryPercent': measured(percent),
  'system.cpuPercent': measured(cpuPercent),
});

describe('the weights of frames', () => {
  test('that no rule names and nobody sets are part of no decision', async () => {
    const loop = new Loop(cpu, shippedBook(cpu), {}, { engine: 'compiled' });
    const { decision } = await loop.tick([hello()]);
    expect(Object.keys(decision.knobs).filter((knob) => knob.startsWith('weights.'))).toEqual([]);
    expect(loop.core.frameRules).toBe(loop.core.book.frames);
  });

  test('that a rule sets reach the bot with the frame rules at that tick, and go back with it', async () => {
    const loop = loopOf();
    await loop.tick([hello()], memory(40));
    expect(loop.core.frameRules.weights).toEqual(book.frames.weights);
    const { decision, changes, digestLine } = await loop.tick([], memory(60));
    expect(decision.knobs['weights.combatActive']).toMatchObject({
      value: 2.6,
      winner: 'boss',
      reason: 'set',
    });
    expect(loop.core.frameRules).toEqual({
      ...book.frames,
      weights: { ...book.frames.weights, combatActive: 2.6, bossNear: 4 },
    });
    expect(changes.map(({ knob, from, to }) => [knob, from, to])).toEqual([
      ['weights.bossNear', 2, 4],
      ['weights.combatActive', 2, 2.6],
    ]);
    expect(digestLine).toContain('"weights.combatActive":[2.6,"boss","set"]');
    expect(loop.core.store.number('state.weights.bossNear')).toBe(2);
    await loop.tick([], memory(60));
    expect(loop.core.store.number('state.weights.bossNear')).toBe(4);
    await loop.tick([], memory(40));
    expect(loop.core.frameRules.weights).toEqual(book.frames.weights);
  });

  test('are stepped by rungs of a tenth, within caps and floors', async () => {
    const loop = loopOf();
    await loop.tick([hello()], memory(40));
    await loop.tick([], memory(10, 95));
    await loop.tick([], memory(10, 95));
    const { decision } = await loop.tick([], memory(10, 95));
    expect(decision.knobs['weights.newObjects']).toMatchObject({ value: 1.2 });
    expect(decision.knobs['weights.bossNear']).toMatchObject({
      value: 1.5,
      winner: 'bounded',
      reason: 'cap',
    });
    for (let i = 0; i < 10; i++) await loop.tick([], memory(10));
    expect(loop.core.frameRules.weights.newObjects).toBe(0);
  });

  test('are a base that a preset moves', async () => {
    const loop = loopOf();
    await loop.tick([hello()], memory(40));
    await loop.tick([{ kind: 'preset', value: 'performance' }], memory(40));
    expect(loop.core.frameRules.weights).toMatchObject({ motionDetected: 1.8, newObjects: 1.5 });
    expect(loop.core.memory.knobs['weights.newObjects']).toMatchObject({ base: 1.5, decided: 1.5 });
  });

  test('that a person sets outrank rules, whether or not one names them, and go back with the wish', async () => {
    const loop = loopOf();
    await loop.tick([hello()], memory(60));
    const wish = (knob: string, value: number, forS: number): PersonEvent => ({
      kind: 'override',
      knob,
      value,
      forS,
    });
    await loop.tick([wish('weights.combatActive', 5, 1), wish('weights.uiChanges', 0.5, 60)], memory(60));
    expect(loop.core.frameRules.weights).toMatchObject({ combatActive: 5, uiChanges: 0.5 });
    for (let i = 0; i < 2; i++) await loop.tick([], memory(60));
    expect(loop.core.frameRules.weights).toMatchObject({ combatActive: 2.6, uiChanges: 0.5 });
    const { decision } = await loop.tick([{ kind: 'release', knob: 'weights.uiChanges' }], memory(60));
    expect(decision.knobs['weights.uiChanges']).toMatchObject({ value: 1.2, winner: 'base' });
    const next = await loop.tick([], memory(60));
    expect(next.decision.knobs['weights.uiChanges']).toBeUndefined();
    expect(loop.core.frameRules.weights.uiChanges).toBe(1.2);
  });

  test('void the grade of skipping alone: they move nothing of what a frame takes', async () => {
    const loop = loopOf();
    await loop.tick([hello()], memory(40));
    const open = (): string[] => loop.core.memory.ledger.open.map(({ knob }) => knob);
    for (let i = 0; i < 20 && open().length === 0; i++)
      await loop.tick([frames(3, 160, 150, { queueSize: 9 })], memory(40));
    const [before] = open();
    expect(before).toBeDefined();
    const wish = { kind: 'override', knob: 'weights.uiChanges', value: 3, forS: 60 } as const;
    await loop.tick([frames(3, 160, 150, { queueSize: 9 }), wish], memory(40));
    expect(open()).toEqual(before === 'frameSkip' ? [] : [before]);
  });

  test('are judged like any knob of a restarted agent: a value of a person stands', async () => {
    const loop = loopOf();
    const wish = { kind: 'override', knob: 'weights.uiChanges', value: 3, forS: 600 } as const;
    await loop.tick([hello(), wish], memory(60));
    const again = loopOf();
    again.nowMs = loop.nowMs;
    again.core.restore(JSON.parse(JSON.stringify(loop.core.snapshot())));
    await again.tick([hello()], memory(60));
    expect(again.core.frameRules).toEqual(loop.core.frameRules);
  });
});

test('no rule and no person brings a frame that is never skipped below an ordinary one, nor any out of its range', async () => {
  const flags = ['combatActive', 'criticalEvent', 'motionDetected', 'bossNear'];
  const event = fc.record({
    flag: fc.constantFrom(...flags),
    value: fc.constantFrom(0, 0.3, 1, 2, 9.99, 10),
    percent: fc.constantFrom(10, 40, 60),
  });
  const asking = shippedBook(
    cpu,
    RULES.replace(
      'set: { weights.combatActive: 2.6, weights.bossNear: 4 }',
      'set: { weights.combatActive: 0, weights.bossNear: 0 }',
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 12 }), async (events) => {
      const loop = new Loop(cpu, asking, {}, { engine: 'compiled' });
      await loop.tick([hello()]);
      for (const { flag, value, percent } of events) {
        const wish: TickEvent = { kind: 'override', knob: `weights.${flag}`, value, forS: 1 };
        await loop.tick([wish], memory(percent));
        const { weights, never } = loop.core.frameRules;
        for (const one of never) expect(weights[one], one).toBeGreaterThanOrEqual(1);
        for (const weight of Object.values(weights)) {
          expect(weight).toBeGreaterThanOrEqual(0);
          expect(weight).toBeLessThanOrEqual(10);
        }
      }
    }),
    { numRuns: 40 },
  );
});

describe('a wish for a weight', () => {
  const loop = loopOf();
  const askable = { book, profile: cpu, offers: offersOf(loop.core.memory, loop.core.givenFrames) };
  const ask = (knob: string, value: number): PersonEvent =>
    checkWish({ kind: 'override', knob, value, forS: 60 }, askable);

  test('is taken for every flag of the scene, without a bot too', () => {
    expect(ask('weights.newObjects', 0.2)).toMatchObject({ value: 0.2 });
    expect(ask('weights.bossNear', 10)).toMatchObject({ value: 10 });
  });

  test('is refused with what is possible', () => {
    expect(() => ask('weights.combatActive', 0.5)).toThrow(
      'expected weights.combatActive to be 1 to 10, got 0.5',
    );
    expect(() => ask('weights.newObjects', 11)).toThrow('expected weights.newObjects to be 0 to 10, got 11');
    expect(() => ask('weights.combatActiv', 2)).toThrow(
      /"weights\.combatActiv", did you mean "weights\.combatActive"/,
    );
  });
});

test('the weights of a book are those that its rules move or look at', () => {
  expect(namedWeights(book)).toEqual(['weights.bossNear', 'weights.combatActive', 'weights.newObjects']);
  const looked = `version: 1\nrules:\n  - id: a\n    when: { state.weights.uiChanges: { above: 2 } }\n    then: [ { alert: { severity: info, title: x } } ]\n    because: x\n`;
  expect(namedWeights(shippedBook(cpu, looked))).toEqual(['weights.uiChanges']);
});
