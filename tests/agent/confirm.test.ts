/** A person's value of hardware goes back after ten seconds unless it is kept. */
import { describe, expect, test } from 'vitest';
import { ConfirmNote, withConfirm } from '../../src/agent/confirm.js';
import type { PersonEvent, TickEvent } from '../../src/shapes/sample.js';
import { CardRig } from '../helpers/card-rig.js';

const set = (value: number, forS = 600): PersonEvent =>
  withConfirm({ kind: 'override', knob: 'powerLimitW', value, forS });
const keep: TickEvent = { kind: 'confirm' };

async function free(): Promise<CardRig> {
  const rig = new CardRig();
  rig.isCapped = false;
  await rig.tick();
  return rig;
}

describe('a value of hardware', () => {
  test('that nobody keeps goes back after 10 s, rung by rung', async () => {
    const rig = await free();
    const { decision } = await rig.tick([set(300)]);
    expect(decision.knobs.powerLimitW).toMatchObject({
      value: 300,
      winner: 'override',
      confirmUntilMs: rig.atMs + 10_000,
    });
    await rig.ticks(19);
    expect(rig.card.limitW).toBe(300);
    await rig.ticks(1);
    expect(rig.core.memory.overrides).toEqual({});
    expect(rig.card.limitW).toBe(325);
    await rig.ticks(60);
    expect(rig.card.limitW).toBe(450);
  });

  test('that is kept stands for its time', async () => {
    const rig = await free();
    await rig.tick([set(300)]);
    await rig.ticks(10);
    const { decision } = await rig.tick([keep]);
    expect(decision.knobs.powerLimitW).not.toHaveProperty('confirmUntilMs');
    await rig.ticks(100);
    expect(rig.card.limitW).toBe(300);
  });

  test('gives way to the one that was kept before it, for as long as that one stands', async () => {
    const rig = await free();
    await rig.tick([set(350, 60), keep]);
    await rig.tick([set(300)]);
    await rig.tick([set(200)]);
    await rig.ticks(21);
    expect(rig.core.memory.overrides.powerLimitW).toMatchObject({ value: 350 });
    expect(rig.core.memory.overrides.powerLimitW).not.toHaveProperty('confirmUntilMs');
    await rig.ticks(20);
    expect(rig.card.limitW).toBe(350);
    await rig.ticks(120);
    expect(rig.core.memory.overrides).toEqual({});
    await rig.tick([set(350, 5), keep]);
    await rig.tick([set(300)]);
    await rig.ticks(21);
    expect(rig.core.memory.overrides).toEqual({});
  });

  test('replays to the same decisions, kept or not', async () => {
    const rig = await free();
    await rig.tick([set(300)]);
    await rig.ticks(30);
    await rig.tick([set(250)]);
    await rig.tick([keep]);
    await rig.ticks(30);
    expect(rig.card.limitW).toBe(250);
    expect(await rig.replayed()).toBe(rig.core.digest.value());
    const unkept = rig.samples.map((sample) => ({
      ...sample,
      events: sample.events.filter(({ kind }) => kind !== 'confirm'),
    }));
    rig.samples.splice(0, rig.samples.length, ...unkept);
    expect(await rig.replayed()).not.toBe(rig.core.digest.value());
  });

  test('that goes back is told of; one that was kept or released is not', async () => {
    const note = new ConfirmNote();
    const rig = await free();
    const said: string[] = [];
    const tick = async (events: TickEvent[] = []): Promise<void> => {
      const { decision } = await rig.tick(events);
      said.push(...note.observe(rig.core.memory, decision, events));
    };
    for (const end of [keep, { kind: 'release', knob: 'powerLimitW' } as const]) {
      await tick([set(300)]);
      await tick([end]);
      for (let i = 0; i < 25; i++) await tick();
    }
    expect(said).toEqual([]);
    await tick([set(200)]);
    for (let i = 0; i < 25; i++) await tick();
    expect(said).toEqual(['nobody kept the value of powerLimitW within 10 s: it goes back']);
  });
});

test('a value of the bot needs nobody to keep it', () => {
  const wish: PersonEvent = { kind: 'override', knob: 'resolution', value: 512, forS: 60 };
  expect(withConfirm(wish)).toEqual(wish);
});
