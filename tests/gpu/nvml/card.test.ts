import { describe, expect, test } from 'vitest';
import { cardContract } from '../../contracts/gpu.js';
import { hasStandIn } from '../../helpers/nvml-standin.js';
import { openCardsOf, PACE, plainWriter, standIn } from './helpers.js';

describe.skipIf(!hasStandIn())('cards through NVML', () => {
  cardContract('a card through NVML', {
    async open() {
      const machine = standIn();
      const cards = await openCardsOf(machine, { writer: plainWriter(machine) });
      return cards.cards[0];
    },
  });

  test('what is read is told in the units of the catalogue, and says what was read and what the card lacks', async () => {
    const control = {
      powerW: 301.5,
      averageW: 302.25,
      energyJ: 1234.5,
      busyShare: 0.7,
      memoryUsedMib: 6_141,
    };
    const machine = standIn({ control: { ...control, temperatureC: 60, marginC: 23, fanPercent: 130 } });
    const { cards, note } = await openCardsOf(machine);
    expect(note).toMatch(/^the card is read through NVML \(.*libnvidia-ml\.so\.1, driver \d+\.\d+/);
    expect(cards[0].inventory).toMatchObject({ pciId: '10DE:2684', simulated: false });
    const readings = cards[0].sample(0);
    const values = Object.fromEntries(Object.entries(readings).map(([fact, [value]]) => [fact, value]));
    expect(values).toMatchObject({
      'gpu.powerW': 302.25,
      'gpu.energyJ': 1234.5,
      'gpu.utilizationPercent': 70,
      'gpu.memoryUsedMib': 6_141,
      'gpu.memoryUsedPercent': 25,
      'gpu.temperatureC': 60,
      'gpu.thermalMarginC': 23,
      'gpu.fanPercent': 100,
      'gpu.powerLimitW': 450,
      'gpu.powerLimitMinW': 150,
      'gpu.powerLimitMaxW': 600,
      'gpu.powerLimitDefaultW': 450,
      'gpu.memoryClockMhz': 10_251,
      'gpu.performanceState': 2,
      'gpu.limitedBy': 'none',
      'gpu.limitedByOurs': false,
    });
    expect(readings['gpu.memoryTemperatureC']?.slice(0, 2)).toEqual([null, 'unsupported']);
    expect(readings['gpu.memoryTemperatureC']?.[3]).toBe('3 NOT_SUPPORTED: this card has no such sensor');
    expect(readings['gpu.hotSpotC']?.[3]).toMatch(/^13 FUNCTION_NOT_FOUND: /);
    expect(readings['gpu.pcieReceiveMegabytesPerS']?.[3]).toMatch(/^21 NO_DATA: a rate needs two/);
  });

  test('knobs have the ranges of the device, and nobody to write them is told', async () => {
    const machine = standIn({ control: { limitMinW: 10, limitMaxW: 520, acousticMinC: 'NA' } });
    const { cards } = await openCardsOf(machine);
    const readOnly = 'this run writes no settings of cards';
    expect(cards[0].knobs()).toEqual({
      powerLimitW: { range: [10, 520], value: 450, readOnly },
      graphicsClockMaxMhz: { range: [210, 3_105], value: 3_105, readOnly },
    });
    expect(await cards[0].apply('powerLimitW', 300)).toMatchObject({
      ok: false,
      value: 450,
      error: readOnly,
    });
    expect(machine.setters()).toEqual([]);
  });

  test('the power limit that was asked for is what the knob is at, whatever another limiter enforces', async () => {
    const { cards } = await openCardsOf(standIn({ control: { enforcedLimitW: 380 } }));
    expect(cards[0].knobs().powerLimitW?.value).toBe(450);
    expect(cards[0].sample(0)['gpu.powerLimitW']?.[0]).toBe(380);
  });

  test('the limit that the agent set is told as ours while it is what limits the card', async () => {
    const machine = standIn({ control: { busyShare: 1, naturalW: 420, clockRate: 20 } });
    const { cards } = await openCardsOf(machine, {
      writer: plainWriter(machine),
      pace: { ...PACE, fastMs: 100 },
    });
    const [card] = cards;
    expect(card.sample(0)['gpu.limitedByOurs']?.[0]).toBe(false);
    expect(await card.apply('powerLimitW', 250)).toEqual({ ok: true, value: 250 });
    machine.set({ averageW: 249, reasons: 4 });
    const told = async (): Promise<unknown[]> => {
      await card.apply('powerLimitW', 250);
      const readings = card.sample(0);
      return [readings['gpu.limitedBy']?.[0], readings['gpu.limitedByOurs']?.[0]];
    };
    expect(await told()).toEqual(['power', true]);
    machine.set({ reasons: 0x24 });
    expect(await told()).toEqual(['thermal', false]);
    machine.set({ reasons: 4, enforcedLimitW: 200 });
    expect(await told()).toEqual(['power', false]);
  });
});
