import { describe, expect, test } from 'vitest';
import { CAP_300, CardRig } from '../helpers/card-rig.js';

const override = (value: number) => ({ kind: 'override', knob: 'powerLimitW', value, forS: 60 }) as const;
const release = { kind: 'release', knob: 'powerLimitW' } as const;

describe('a decided value', () => {
  test('is written once, and its outcome is an input of the next tick', async () => {
    const rig = new CardRig();
    await rig.tick();
    expect(rig.card.writes).toEqual([300]);
    const { outcomes } = await rig.tick();
    expect(outcomes).toMatchObject([{ event: { value: 300, ok: true }, outcome: 'applied' }]);
    await rig.ticks(20);
    expect(rig.card.writes).toEqual([300]);
  });

  test('leaves the offer as it was found, and is given back when nothing wants it any more', async () => {
    const rig = new CardRig();
    await rig.capped();
    expect(rig.offer?.value).toBe(450);
    rig.isCapped = false;
    await rig.ticks(60);
    expect(rig.card.limitW).toBe(450);
    await rig.ticks(20);
    expect(rig.offer?.value).toBe(450);
    expect(rig.said).toEqual([]);
  });

  test('waits for the one before it, and the newest counts', async () => {
    const rig = new CardRig();
    rig.card.holdWrites();
    await rig.tick();
    await rig.tick([override(350)]);
    await rig.tick([override(400)]);
    expect(rig.card.writes).toEqual([300]);
    rig.card.letThrough();
    await rig.ticks(3);
    expect(rig.card.writes).toEqual([300, 400]);
    expect(rig.card.busy).toBe(1);
    expect(rig.core.memory.knobs.powerLimitW).toMatchObject({ applied: 400, decided: 400, sent: null });
  });

  test('is not sent where the card takes less by now', async () => {
    const rig = new CardRig();
    await rig.tick([override(430)]);
    rig.card.range = [150, 400];
    await rig.ticks(4);
    expect(rig.card.writes).toEqual([430, 400]);
    expect(rig.card.limitW).toBe(400);
  });
});

describe('a card that forgets what was set', () => {
  for (const [what, forget] of [
    ['is set again, told once', (rig: CardRig) => rig.card.setOutside(450)],
    ['is set again after a gap, whatever it came back with', (rig: CardRig) => rig.card.setOutside(420)],
  ] as const) {
    test(what, async () => {
      const rig = new CardRig();
      await rig.capped();
      await forget(rig);
      await rig.tick([], what.includes('gap'));
      await rig.ticks(3);
      expect(rig.card.limitW).toBe(300);
      expect(rig.card.writes).toEqual([300, 300]);
      expect(rig.core.memory.knobs.powerLimitW).toMatchObject({ applied: 300, decided: 300 });
      expect(rig.said).toEqual([
        expect.stringMatching(/^warn: powerLimitW was at 4\d0 W: .* 300 W is set again$/),
      ]);
      expect(rig.hardware.notices()).toEqual([]);
    });
  }

  test('and forgets it again and again is told of, and left alone at the fourth time', async () => {
    const rig = new CardRig();
    await rig.capped();
    for (let i = 0; i < 3; i++) {
      await rig.card.setOutside(450);
      await rig.ticks(3);
      expect(rig.card.limitW).toBe(300);
    }
    expect(rig.hardware.notices()).toMatchObject([
      { kind: 'alert', title: 'the card keeps forgetting powerLimitW', severity: 'warning' },
    ]);
    await rig.card.setOutside(450);
    await rig.ticks(200);
    expect(rig.card.limitW).toBe(450);
    expect(rig.card.writes).toHaveLength(4);
    expect(rig.offer?.readOnly).toContain('another program set 450 W');
    expect(rig.hardware.notices()).toMatchObject([{ title: 'another program holds powerLimitW' }]);
  });

  test('ten minutes ago has done so for the first time again', async () => {
    const rig = new CardRig();
    await rig.capped();
    for (let i = 0; i < 6; i++) {
      await rig.card.setOutside(450);
      await rig.ticks(3);
      expect(rig.card.limitW).toBe(300);
      await rig.ticks(600);
    }
  });

  test('a gap alone writes nothing', async () => {
    const rig = new CardRig();
    await rig.capped();
    await rig.tick([], true);
    await rig.ticks(5);
    expect(rig.card.writes).toEqual([300]);
  });
});

describe('another program that sets what we had set', () => {
  test('has its way by default: its value is the base, nothing is written, and it is not given back', async () => {
    const rig = new CardRig();
    await rig.capped();
    await rig.card.setOutside(380);
    await rig.ticks(100);
    expect(rig.card.limitW).toBe(380);
    expect(rig.card.writes).toEqual([300]);
    expect(rig.card.forgotten).toEqual(['powerLimitW']);
    expect(rig.offer).toMatchObject({
      value: 380,
      readOnly:
        'another program set 380 W, and card.otherWriter is yield; "evenkeel release powerLimitW" takes it up again',
    });
    expect(rig.core.memory.knobs.powerLimitW).toMatchObject({ base: 380, applied: 380, decided: 380 });
    expect(rig.said).toHaveLength(1);
    expect(rig.hardware.notices()).toEqual([]);
    await rig.hardware.restore();
    expect(rig.card.limitW).toBe(380);
  });

  for (const event of [release, override(320)]) {
    test(`has it until a person ${event.kind}s the knob`, async () => {
      const rig = new CardRig();
      await rig.capped();
      await rig.card.setOutside(380);
      await rig.ticks(3);
      await rig.tick([event]);
      await rig.ticks(3);
      expect(rig.card.limitW).toBe(event.kind === 'override' ? 320 : 300);
      expect(rig.offer?.readOnly).toBeUndefined();
    });
  }

  test('is written over where the policy is to reassert, three times in ten minutes, then has its way', async () => {
    const rig = new CardRig('reassert');
    await rig.capped();
    for (const watts of [380, 370, 360]) {
      await rig.card.setOutside(watts);
      await rig.ticks(3);
      expect(rig.card.limitW).toBe(300);
    }
    expect(rig.hardware.notices()).toMatchObject([{ title: 'another program writes powerLimitW too' }]);
    await rig.card.setOutside(355);
    await rig.ticks(100);
    expect(rig.card.limitW).toBe(355);
    expect(rig.card.writes).toHaveLength(4);
    expect(rig.hardware.notices()).toMatchObject([{ title: 'another program holds powerLimitW' }]);
  });

  test('is told of and left alone where the policy is to alert', async () => {
    const rig = new CardRig('alert');
    await rig.capped();
    await rig.card.setOutside(380);
    await rig.ticks(100);
    expect(rig.card.writes).toEqual([300]);
    const [notice, ...others] = rig.hardware.notices();
    expect(others).toEqual([]);
    expect(notice).toMatchObject({ kind: 'alert', rule: 'card', title: 'another program holds powerLimitW' });
  });

  test('lays another base while we hold nothing', async () => {
    const rig = new CardRig();
    rig.isCapped = false;
    await rig.ticks(3);
    await rig.card.setOutside(400);
    const { changes } = await rig.tick();
    expect(changes).toEqual([]);
    expect(rig.core.memory.knobs.powerLimitW).toMatchObject({ base: 400, applied: 400, decided: 400 });
    rig.isCapped = true;
    await rig.ticks(3);
    rig.isCapped = false;
    await rig.ticks(60);
    expect(rig.card.limitW).toBe(400);
    expect(rig.offer?.value).toBe(400);
  });
});

describe('a card that is lost', () => {
  test('offers no knob, and is set again when it is back', async () => {
    const rig = new CardRig();
    await rig.capped();
    rig.card.isLost = true;
    const { decision } = await rig.tick();
    expect(decision.knobs.powerLimitW).toBeUndefined();
    await rig.ticks(20);
    expect(rig.card.writes).toEqual([300]);
    await rig.card.setOutside(450);
    rig.card.isLost = false;
    await rig.ticks(3);
    expect(rig.card.limitW).toBe(300);
    expect(rig.said).toEqual([
      'warn: powerLimitW cannot be reached: the card is lost, or does not tell it any more',
      'info: powerLimitW can be reached again',
    ]);
  });

  test('and comes back with our value gets the old one where nothing wants ours any more', async () => {
    const rig = new CardRig();
    await rig.capped();
    rig.card.isLost = true;
    await rig.ticks(2);
    rig.isCapped = false;
    await rig.ticks(2);
    rig.card.isLost = false;
    await rig.ticks(3);
    expect(rig.card.limitW).toBe(450);
    expect(rig.offer?.value).toBe(450);
  });

  test('while a write is on its way does not keep the others from being written', async () => {
    const rig = new CardRig();
    rig.card.holdWrites();
    await rig.tick();
    rig.card.isLost = true;
    await rig.ticks(2);
    rig.card.letThrough();
    await rig.ticks(2);
    rig.card.isLost = false;
    await rig.ticks(3);
    expect(rig.card.limitW).toBe(300);
  });
});

describe('a refusal', () => {
  test('that lasts makes the knob read-only with the driver’s sentence, and is not asked again', async () => {
    const rig = new CardRig();
    rig.card.refusal = { error: 'NO_PERMISSION: the driver lets only root do this', isLasting: true };
    const told: unknown[] = [];
    for (let i = 0; i < 1_000; i++) {
      const { outcomes } = await rig.tick();
      told.push(...outcomes);
    }
    expect(rig.card.writes).toEqual([300]);
    expect(told).toHaveLength(1);
    expect(rig.offer?.readOnly).toContain('NO_PERMISSION: the driver lets only root do this');
    rig.card.refusal = null;
    await rig.tick([release]);
    await rig.ticks(3);
    expect(rig.card.limitW).toBe(300);
  });

  test('that lasts only while the card says so ends with it', async () => {
    const rig = new CardRig();
    rig.card.refusal = { error: 'no writer', isLasting: true };
    await rig.tick();
    rig.card.readOnly = 'no writer';
    await rig.ticks(5);
    rig.card.refusal = null;
    rig.card.readOnly = null;
    await rig.ticks(130);
    expect(rig.card.limitW).toBe(300);
  });

  test('that does not last is asked again after a minute', async () => {
    const rig = new CardRig();
    rig.card.refusal = { error: 'IN_USE' };
    await rig.ticks(300);
    expect(rig.card.writes).toHaveLength(3);
  });

  test('may come as a yes that changes nothing', async () => {
    const rig = new CardRig();
    rig.card.isIgnoring = true;
    await rig.tick();
    const { outcomes } = await rig.tick();
    expect(outcomes).toMatchObject([
      { outcome: 'refused', event: { value: 450, error: 'the card took 300 W, and 450 W is in force' } },
    ]);
    await rig.ticks(100);
    expect(rig.card.writes).toHaveLength(1);
  });

  test('of setting again what was forgotten counts as one of the decision', async () => {
    const rig = new CardRig();
    await rig.capped();
    await rig.card.setOutside(450);
    rig.card.refusal = { error: 'IN_USE' };
    await rig.ticks(100);
    expect(rig.card.writes).toEqual([300, 300]);
    expect(rig.core.memory.knobs.powerLimitW).toMatchObject({ decided: 450, applied: 450 });
    rig.card.refusal = null;
    await rig.ticks(30);
    expect(rig.card.limitW).toBe(300);
  });

  test('of the card itself is offered as such, and what is wanted is written when it ends', async () => {
    const rig = new CardRig();
    rig.card.readOnly = 'no right to write';
    await rig.ticks(20);
    expect(rig.card.writes).toEqual([]);
    expect(rig.offer?.readOnly).toBe('no right to write');
    rig.card.readOnly = null;
    await rig.ticks(3);
    expect(rig.card.limitW).toBe(300);
  });

  test('of the card while we hold a setting: what it gave back itself is the base', async () => {
    const rig = new CardRig();
    await rig.capped();
    rig.card.readOnly = 'the helper is gone';
    await rig.card.setOutside(450);
    await rig.ticks(20);
    expect(rig.core.memory.knobs.powerLimitW).toMatchObject({ applied: 450, decided: 450, base: 450 });
    rig.card.readOnly = null;
    await rig.ticks(3);
    expect(rig.card.limitW).toBe(300);
    expect(rig.card.writes).toEqual([300, 300]);
  });
});

test('at the end what was found is given back once nothing is on its way', async () => {
  const rig = new CardRig();
  rig.card.holdWrites();
  await rig.tick();
  const restored = rig.hardware.restore();
  rig.card.letThrough();
  await restored;
  expect(rig.card.limitW).toBe(450);
});

test('a replay of all of it comes to the same decisions', async () => {
  const rig = new CardRig('reassert', CAP_300);
  await rig.capped();
  await rig.card.setOutside(450);
  await rig.ticks(4);
  await rig.card.setOutside(380);
  await rig.tick([], true);
  await rig.ticks(4);
  rig.card.isLost = true;
  await rig.ticks(4);
  rig.card.isLost = false;
  rig.card.refusal = { error: 'IN_USE' };
  await rig.ticks(4);
  rig.card.refusal = null;
  await rig.tick([override(350)]);
  for (const watts of [200, 210, 220, 230, 240]) {
    await rig.card.setOutside(watts);
    await rig.ticks(4);
  }
  await rig.tick([release]);
  rig.card.range = [200, 400];
  await rig.ticks(10);
  expect(rig.core.digest.lines).toBeGreaterThan(5);
  expect(await rig.replayed()).toBe(rig.core.digest.value());
});
