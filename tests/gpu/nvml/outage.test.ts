/** Drivers that hang, children that end, and what a run sees of it. */
import { describe, expect, test } from 'vitest';
import { FactStore } from '../../../src/facts/store.js';
import { openNvml } from '../../../src/gpu/nvml/index.js';
import { sampleCard } from '../../../src/samplers/card.js';
import type { CardSet } from '../../../src/shapes/gpu.js';
import { hasStandIn, type StandIn } from '../../helpers/nvml-standin.js';
import { CHILD_ENTRY, later, openCardsOf, PACE, standIn, until } from './helpers.js';

const TICK_MS = 100;
const FAST = { ...PACE, fastMs: TICK_MS };

/** Ticks as a run does, and looks at what a rule would see. */
function startTicking(cards: CardSet): { store: FactStore; longestMs: () => number } {
  const tierMs = { frame: TICK_MS, fast: TICK_MS, slow: 5_000, rare: 30_000, tick: TICK_MS };
  const store = new FactStore({ tierMs, watchFrozen: true });
  const startMs = performance.now();
  let [atMs, longestMs] = [0, 0];
  const timer = setInterval(() => {
    const nowMs = Math.round(performance.now() - startMs);
    longestMs = Math.max(longestMs, nowMs - atMs);
    atMs = nowMs;
    store.beginTick(atMs);
    for (const [place, card] of cards.cards.entries()) store.addReadings(sampleCard(card, place, atMs));
  }, TICK_MS);
  later(() => clearInterval(timer));
  return { store, longestMs: () => longestMs };
}

const isFresh = (cards: CardSet): boolean => {
  const [value = null, , ageMs = 0] = cards.cards[0].sample(0)['gpu.powerW'] ?? [];
  return value !== null && ageMs < 1_000;
};
const pidOf = (machine: StandIn): number => machine.clients()[0] ?? 0;

describe.skipIf(!hasStandIn())('an outage', () => {
  test('a call that never returns delays no tick, lets values turn stale, and is got over when the driver answers', async () => {
    const machine = standIn();
    const cards = await openCardsOf(machine, { pace: FAST });
    const { store, longestMs } = startTicking(cards);
    await until(() => store.number('gpu.powerW') !== undefined);
    expect(cards.standing).toEqual([]);
    machine.set({ 'hang.nvmlDeviceGetPowerUsage': 1 });
    await until(() => store.reading('gpu.powerW')?.quality === 'stale');
    await until(() =>
      cards.standing.some((note) => note.startsWith('the driver does not answer (no answer within')),
    );
    expect(store.reading('gpu.temperatureC')).toMatchObject({ quality: 'stale', value: expect.any(Number) });
    // What does not change stays known.
    expect(store.number('gpu.powerLimitMaxW')).toBe(600);
    machine.clear('hang.nvmlDeviceGetPowerUsage');
    await until(() => isFresh(cards), 10_000);
    await until(() => store.reading('gpu.powerW')?.quality === 'measured');
    expect(cards.standing).toEqual([]);
    // The bar is 2 s for a tick that is late; the driver was silent for longer.
    expect(longestMs()).toBeLessThan(2_000);
  });

  test('a child that was killed is replaced, and what it cost stays counted', async () => {
    const machine = standIn();
    const cards = await openCardsOf(machine, { pace: FAST });
    startTicking(cards);
    const pid = pidOf(machine);
    const costUs = cards.outsideCpuUs;
    expect(costUs).toBeGreaterThan(0);
    process.kill(pid, 'SIGKILL');
    await until(() => ![0, pid].includes(pidOf(machine)));
    await until(() => isFresh(cards));
    await until(() => cards.outsideCpuUs > costUs);
    expect(cards.standing).toEqual([]);
  });

  test('a card that is lost offers no knob, and the other one is read on', async () => {
    const machine = standIn({ cards: 2 });
    const cards = await openCardsOf(machine, { pace: FAST });
    const { store } = startTicking(cards);
    await until(() => store.number('gpu.1.powerW') !== undefined);
    machine.set({ lost: '0' });
    await until(() => store.reading('gpu.powerW')?.quality === 'stale');
    expect(store.reading('gpu.powerW')?.why).toMatch(/ms old; 15 GPU_IS_LOST: /);
    expect(cards.cards[0].knobs()).toEqual({});
    expect(cards.standing).toEqual([expect.stringMatching(/ is lost: 15 GPU_IS_LOST/)]);
    expect(store.reading('gpu.1.powerW')?.quality).toBe('measured');
    expect(Object.keys(cards.cards[1]?.knobs() ?? {})).toContain('powerLimitW');
    machine.clear('lost');
    machine.set({ order: '1,0' });
    await until(() => store.reading('gpu.powerW')?.quality === 'measured');
    expect(cards.cards[0].knobs()).toHaveProperty('powerLimitW');
  });

  test('the card of a UUID is the first, and one that is not there is told with those that are', async () => {
    const machine = standIn({ cards: 2 });
    const cards = await openCardsOf(machine);
    expect(cards.note).toMatch(/^2 cards are read through NVML/);
    const uuids = cards.cards.map(({ inventory }) => inventory.uuid);
    expect(cards.choose(uuids[1] ?? '')).toBe(true);
    expect(cards.cards.map(({ inventory }) => inventory.uuid)).toEqual(uuids.toReversed());
    const env = { ...process.env, ...machine.env };
    const opening = await openNvml({ pace: PACE, childEntry: CHILD_ENTRY, env, uuid: 'GPU-other' });
    expect(opening).toEqual({ ok: false, why: expect.stringContaining(`got GPU-other; there is `) });
    expect(opening.ok ? '' : opening.why).toContain(uuids[0]);
  });

  test('what this machine lacks is a reason', async () => {
    const openWith = async (env: Record<string, string>, childEntry = CHILD_ENTRY): Promise<string> => {
      const opening = await openNvml({ pace: PACE, childEntry, env: { ...process.env, ...env } });
      return opening.ok ? 'opened' : opening.why;
    };
    expect(await openWith({ NVML_LIBRARY: '/none/libnvidia-ml.so.1' })).toMatch(
      /^12 LIBRARY_NOT_FOUND: .*; tried \/none\/libnvidia-ml\.so\.1 \(/,
    );
    const machine = standIn({ control: { init: 9 } });
    expect(await openWith(machine.env)).toMatch(/libnvidia-ml\.so\.1: 9 DRIVER_NOT_LOADED: /);
    const bare = standIn({ cards: 0 });
    expect(await openWith(bare.env)).toMatch(/tells of no card$/);
    expect(await openWith({}, new URL('./none.js', CHILD_ENTRY))).toBe('the reader ended (code 1)');
  });
});
