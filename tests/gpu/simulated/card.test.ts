import { describe, expect, it } from 'vitest';
import { SimulatedCard } from '../../../src/gpu/simulated/card.js';
import { cardContract } from '../../contracts/gpu.js';

cardContract('the simulated card', { open: async () => new SimulatedCard() });

/** Runs a card under one load for so many seconds, sampled each second, and gives the last value of each fact. */
function run(card: SimulatedCard, seconds: number, fromS = 0): Record<string, unknown> {
  let facts: Record<string, unknown> = {};
  for (let second = fromS; second <= fromS + seconds; second += 1) {
    facts = Object.fromEntries(
      Object.entries(card.sample(second * 1_000)).map(([fact, [value]]) => [fact, value]),
    );
  }
  return facts;
}

describe('the simulated card', () => {
  it('idles as two published dumps do: 28 W, 210 MHz, P8, fans stopped', () => {
    expect(run(new SimulatedCard(), 60)).toMatchObject({
      'gpu.powerW': 28,
      'gpu.graphicsClockMhz': 210,
      'gpu.memoryClockMhz': 405,
      'gpu.performanceState': 8,
      'gpu.fanPercent': 0,
      'gpu.limitedBy': 'none',
      'gpu.utilizationPercent': 0,
    });
  });

  it('shows the share of time the bot kept it busy, and runs compute in P2', () => {
    const card = new SimulatedCard();
    card.setLoad({ busyShare: 0.4 });
    expect(run(card, 5)).toMatchObject({
      'gpu.utilizationPercent': 40,
      'gpu.performanceState': 2,
      'gpu.memoryClockMhz': 10_251,
    });
  });

  it('keeps the model in memory after the work is done', () => {
    const card = new SimulatedCard();
    const before = run(card, 1)['gpu.memoryUsedMib'] as number;
    card.setLoad({ busyShare: 0.4 });
    card.setLoad({ busyShare: 0 });
    expect(run(card, 1, 2)['gpu.memoryUsedMib']).toBeGreaterThan(before);
  });

  it('is held to a limit below its draw, slows down, and says whose limit it is', async () => {
    const card = new SimulatedCard();
    card.setLoad({ busyShare: 1 });
    expect(run(card, 5)).toMatchObject({ 'gpu.limitedBy': 'none', 'gpu.limitedByOurs': false });
    expect(card.slowdownFactor()).toBe(1);
    await card.apply('powerLimitW', 250);
    expect(run(card, 5, 6)).toMatchObject({
      'gpu.powerW': 250,
      'gpu.limitedBy': 'power',
      'gpu.limitedByOurs': true,
    });
    expect(card.slowdownFactor()).toBeGreaterThan(1);
    await card.restore();
    expect(run(card, 5, 12)).toMatchObject({ 'gpu.limitedBy': 'none', 'gpu.limitedByOurs': false });
  });

  it('is not changed by a limit above its draw', async () => {
    const card = new SimulatedCard();
    card.setLoad({ busyShare: 0.3 });
    const before = run(card, 5)['gpu.powerW'];
    await card.apply('powerLimitW', 200);
    expect(run(card, 5, 6)['gpu.powerW']).toBe(before);
  });

  it('says what limit was expected and what came', async () => {
    expect(await new SimulatedCard().apply('powerLimitW', 700)).toEqual({
      ok: false,
      value: 450,
      error: 'expected a power limit of 150 to 600 W, got 700 W',
    });
  });

  it('is limited by heat when its fans stand still, near 83 °C', () => {
    const card = new SimulatedCard();
    card.setLoad({ busyShare: 1, fansWork: false });
    const facts = run(card, 900);
    expect(facts).toMatchObject({ 'gpu.limitedBy': 'thermal', 'gpu.fanPercent': 0 });
    expect(facts['gpu.temperatureC']).toBeGreaterThan(82);
    expect(facts['gpu.temperatureC']).toBeLessThanOrEqual(85);
    expect(card.slowdownFactor()).toBeGreaterThan(1.5);
  });

  it('counts the energy it drew', () => {
    expect(run(new SimulatedCard(), 100)['gpu.energyJ']).toBeCloseTo(2_800, 6);
  });
});
