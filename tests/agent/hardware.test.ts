/** A whole agent and its card: what a person asks of hardware, what is answered, and what a replay makes of it. */
import { afterEach, describe, expect, test } from 'vitest';
import type { WriterPolicy } from '../../src/actuators/hold.js';
import { Agent } from '../../src/agent/index.js';
import { cardSet } from '../../src/gpu/card-set.js';
import { CAP_300, RTX } from '../helpers/card-rig.js';
import { SETTINGS } from '../helpers/loop.js';
import { TroubledCard } from '../helpers/troubled-card.js';

let agent: Agent;
let card: TroubledCard;
let log: string[];

async function start(consent = true, otherWriter?: WriterPolicy): Promise<void> {
  card = new TroubledCard();
  log = [];
  agent = new Agent({
    version: '0.0.0',
    // Ticks come from what is asked alone.
    settings: { ...SETTINGS, intervalMs: 60_000, consent },
    profile: RTX,
    book: { ...CAP_300, rules: [] },
    watch: null,
    resume: null,
    cards: cardSet([card], { note: 'a card for tests' }),
    ...(otherWriter === undefined ? {} : { otherWriter }),
    log: (level, message) => log.push(`${level}: ${message}`),
  });
  await agent.start(null);
}

afterEach(() => agent.stop());

const set = (value: number) => agent.person({ kind: 'override', knob: 'powerLimitW', value, forS: 600 });

describe('a person who sets the power limit', () => {
  test('is answered until when to keep it, keeps it, and gets it back at the end', async () => {
    await start();
    const answer = await set(300);
    expect(answer).toMatchObject({ value: 300, effective: 300, boundedBy: [] });
    const leftMs = Date.parse(answer.confirmBy ?? '') - Date.now();
    expect(leftMs).toBeGreaterThan(1_000);
    expect(leftMs).toBeLessThanOrEqual(10_000);
    await agent.optimize();
    expect(agent.state().knobs.powerLimitW).toMatchObject({ value: 300, confirmBy: expect.any(String) });
    expect(await agent.confirm()).toEqual([
      { knob: 'powerLimitW', value: 300, effective: 300, boundedBy: [], expiresAt: expect.any(String) },
    ]);
    expect(agent.state().knobs.powerLimitW).not.toHaveProperty('confirmBy');
    await expect(agent.confirm()).rejects.toMatchObject({ code: 'nothingToConfirm' });
    expect(card.limitW).toBe(300);
    await agent.stop();
    expect(card.limitW).toBe(450);
  });

  test('of a knob that cannot be written is answered with the reason, and nothing waits to be kept', async () => {
    await start();
    card.readOnly = 'the driver lets only root write it; start "evenkeel gpu-helper"';
    await agent.optimize();
    const answer = await set(300);
    expect(answer).toMatchObject({
      value: 300,
      effective: 450,
      boundedBy: ['readOnly'],
      why: 'the driver lets only root write it; start "evenkeel gpu-helper"',
    });
    expect(answer).not.toHaveProperty('confirmBy');
    const { powerLimitW } = agent.state().knobs;
    expect(powerLimitW).not.toHaveProperty('confirmBy');
    // Nobody can keep it: the wish ends when it would have gone back.
    for (const expiresAt of [answer.expiresAt, powerLimitW?.expiresAt])
      expect(Date.parse(expiresAt ?? '') - Date.now()).toBeLessThanOrEqual(10_000);
    await expect(agent.confirm()).rejects.toMatchObject({ code: 'nothingToConfirm' });
    expect(card.writes).toEqual([]);
  });

  test('without consent is answered with how to give it', async () => {
    await start(false);
    const answer = await set(300);
    expect(answer).toMatchObject({ effective: 450, boundedBy: ['consent'] });
    expect(answer.why).toContain('--allow-hardware');
    expect(log.filter((line) => line.includes('--allow-hardware'))).toHaveLength(1);
  });

  test('takes up what another program had taken over', async () => {
    await start(true, 'alert');
    await set(300);
    await agent.optimize();
    await card.setOutside(380);
    await agent.optimize();
    await agent.optimize();
    expect(agent.state().knobs.powerLimitW).toMatchObject({ value: 380, decided: 380 });
    expect(agent.state().notices).toMatchObject([
      { kind: 'alert', rule: 'card', title: 'another program holds powerLimitW' },
    ]);
    expect(await set(320)).toMatchObject({ effective: 320, boundedBy: [] });
    await agent.optimize();
    expect(card.limitW).toBe(320);
    expect(agent.state().notices).toEqual([]);
    await agent.stop();
    expect(card.limitW).toBe(380);
  });
});
