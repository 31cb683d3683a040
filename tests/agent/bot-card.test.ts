/** The card that a bot says it computes on, in a whole agent with two cards. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Agent } from '../../src/agent/index.js';
import { cardSet } from '../../src/gpu/card-set.js';
import type { CardInventory } from '../../src/shapes/gpu.js';
import { CAP_300, RTX } from '../helpers/card-rig.js';
import { SETTINGS } from '../helpers/loop.js';
import { TroubledCard } from '../helpers/troubled-card.js';

class OtherCard extends TroubledCard {
  override readonly inventory: CardInventory = {
    name: 'Another card',
    uuid: 'GPU-other',
    driver: null,
    pciId: null,
    simulated: true,
  };
}

let agent: Agent;
let first: TroubledCard;
let other: OtherCard;
let log: string[];

async function start(isCardNamed = false): Promise<void> {
  agent = new Agent({
    version: '0.0.0',
    // Ticks come from what is asked alone.
    settings: { ...SETTINGS, intervalMs: 60_000 },
    profile: RTX,
    book: { ...CAP_300, rules: [] },
    watch: null,
    resume: null,
    cards: cardSet([first, other], { note: 'two cards for tests' }),
    isCardNamed,
    log: (level, message) => log.push(`${level}: ${message}`),
  });
  await agent.start(null);
}

beforeEach(() => {
  [first, other, log] = [new TroubledCard(), new OtherCard(), []];
});
afterEach(() => agent.stop());

const knobs = { model: { values: ['n', 's'], value: 's' } };
const hello = (more: object = {}, name = 'bot') =>
  agent.bots.hello({ protocol: 1, name, pid: 1, knobs, ...more });
const warnings = () => log.filter((line) => line.startsWith('warn'));
const told = (fact: string) => agent.state().facts[fact];

describe('a bot that says which card it computes on', () => {
  test('has that card from the next tick on: its facts, its knobs, its name', async () => {
    await start();
    await other.setOutside(400);
    expect(told('gpu.powerLimitW')).toMatchObject({ value: 450 });
    expect(told('gpu.1.powerLimitW')).toMatchObject({ value: 450 });
    hello({ gpuUuid: 'GPU-other' });
    await agent.optimize();
    expect(agent.state().card).toEqual({ name: 'Another card', simulated: true });
    expect(told('gpu.powerLimitW')).toMatchObject({ value: 400 });
    expect(told('gpu.1.powerLimitW')).toMatchObject({ value: 450 });
    expect(agent.state().knobs.powerLimitW).toMatchObject({ value: 400 });
    expect(warnings()).toEqual([]);
    expect(log).toContain(
      'info: bot computes on Another card (GPU-other): gpu. is that card now; the profile stays as it is',
    );
  });

  test('leaves the other card as it was found, and nothing that was set there is set here', async () => {
    await start();
    await agent.person({ kind: 'override', knob: 'powerLimitW', value: 300, forS: 600 });
    await agent.optimize();
    expect(first.limitW).toBe(300);
    hello({ gpuUuid: 'GPU-other' });
    for (let i = 0; i < 3; i++) await agent.optimize();
    expect(first.limitW).toBe(450);
    expect(other.writes).toEqual([]);
    expect(agent.state().knobs.powerLimitW).toMatchObject({ value: 450 });
    await agent.person({ kind: 'override', knob: 'powerLimitW', value: 350, forS: 600 });
    await agent.optimize();
    expect([first.limitW, other.limitW]).toEqual([450, 350]);
    await agent.stop();
    expect([first.limitW, other.limitW]).toEqual([450, 450]);
  });

  test('and names one that is not there is told so once, and the card stays', async () => {
    await start();
    for (let i = 0; i < 3; i++) {
      hello({ gpuUuid: 'GPU-none' });
      await agent.optimize();
    }
    expect(warnings()).toEqual([
      'warn: bot computes on the card GPU-none, expected one of GPU-simulated-0, GPU-other; Simulated NVIDIA GeForce RTX 4090 (GPU-simulated-0) stays the one that is watched for it',
    ]);
    expect(agent.state().card.name).toBe('Simulated NVIDIA GeForce RTX 4090');
  });

  test('has the card that a person named, and it is told once', async () => {
    await start(true);
    for (let i = 0; i < 2; i++) {
      hello({ gpuUuid: 'GPU-other' });
      await agent.optimize();
    }
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0]).toMatch(/stays the one that is watched for it, because --gpu names it$/);
    expect(agent.state().card.name).toBe('Simulated NVIDIA GeForce RTX 4090');
  });

  test('changes nothing where it is that card already, says none, or only observes', async () => {
    await start();
    hello({ gpuUuid: 'GPU-simulated-0' });
    await agent.optimize();
    hello();
    await agent.optimize();
    hello({ gpuUuid: 'GPU-other', knobs: {} }, 'observer');
    await agent.optimize();
    expect(agent.state().card.name).toBe('Simulated NVIDIA GeForce RTX 4090');
    expect(log.filter((line) => line.includes('computes on'))).toEqual([]);
  });
});
