import { describe, expect, it } from 'vitest';
import { PARAMETERS, withParameters } from '#src/gpu/simulated/parameters.js';
import { idlePlant, type PlantState, stepPlant } from '#src/gpu/simulated/plant.js';
import { readText } from '../../helpers/checkout.js';
import { client, endMachinesAfterEach, open } from '../../helpers/nvml-machines.js';
import { hasStandIn } from '../../helpers/nvml-standin.js';
import { CARD_KEYS, MACHINE_KEYS } from '../../helpers/nvml-standin-keys.js';

/** The keys and defaults of the C sources: `X(name, value)` in the tables of control.h. */
function keysInC(table: string): Map<string, string | undefined> {
  const text = readText('tests/fixtures/nvml-standin/control.h');
  const body = text.split(`#define ${table}(X)`)[1]?.split(/\n(?:\n|#)/)[0] ?? '';
  return new Map([...body.matchAll(/X\((\w+)(?:, ([^)]+))?\)/g)].map(([, key = '', value]) => [key, value]));
}

/** The TypeScript plant after as long a time in steps of a second. */
function plantAfter(
  seconds: number,
  inputs: { busyShare: number; powerLimitW: number; ambientC: number },
): PlantState {
  const parameters = withParameters({ ambientC: inputs.ambientC });
  let state = idlePlant(parameters);
  for (let second = 0; second < seconds; second += 1) state = stepPlant(state, inputs, 1_000, parameters);
  return state;
}

describe('the keys of the stand-in', () => {
  it('are the same in C and in TypeScript', () => {
    expect([...keysInC('CARD_NUMBERS').keys(), ...keysInC('CARD_TEXTS').keys()]).toEqual(CARD_KEYS);
    expect([...keysInC('MACHINE_NUMBERS').keys(), ...keysInC('MACHINE_TEXTS').keys()]).toEqual(MACHINE_KEYS);
  });

  it('hold every parameter of the simulated card, with its value', () => {
    const inC = keysInC('CARD_NUMBERS');
    const values = Object.keys(PARAMETERS).map((name) => [name, Number(inC.get(name))]);
    expect(values).toEqual(Object.entries(PARAMETERS).map(([name, { value }]) => [name, value]));
  });
});

describe.skipIf(!hasStandIn())('the stand-in as a thing that heats', () => {
  endMachinesAfterEach();

  it.each([
    { what: 'at half load', busyShare: 0.5, limitW: 450, ambientC: 22, limitedBy: 'none' },
    { what: 'under a power limit', busyShare: 1, limitW: 250, ambientC: 22, limitedBy: 'power' },
    {
      what: 'in a hot room, where it holds itself',
      busyShare: 1,
      limitW: 450,
      ambientC: 50,
      limitedBy: 'thermal',
    },
  ])('warms as the simulated card does $what', ({ busyShare, limitW, ambientC, limitedBy }) => {
    const machine = open({
      virtualClock: true,
      control: { busyShare, ambientC, externalLimit: `1:${limitW}` },
    });
    for (const seconds of [10, 90, 1_200]) {
      machine.advance(seconds * 1_000);
    }
    const card = machine.card();
    const plant = plantAfter(1_300, { busyShare, powerLimitW: limitW, ambientC });
    expect(card.limitedBy).toBe(limitedBy);
    expect(card.temperatureC).toBeCloseTo(plant.temperatureC, 6);
    expect(card.powerW).toBeCloseTo(plant.powerW, 6);
    expect(card.speed).toBeCloseTo(plant.speed, 6);
    expect(card.energyJ).toBeCloseTo(plant.energyJ, 3);
    expect(card.fanPercent).toBeCloseTo(plant.fanPercent, 6);
  });

  it('passes its slowdown point only where the driver does not hold it', () => {
    const hot = { busyShare: 1, ambientC: 50 };
    const held = open({ virtualClock: true, control: hot });
    const free = open({ virtualClock: true, control: { ...hot, thermalLimiting: 0 } });
    for (const machine of [held, free]) machine.advance(1_200_000);
    const slowdownC = PARAMETERS.thermalLimitC.value + PARAMETERS.slowdownBelowLimitC.value;
    expect(held.card()).toMatchObject({ limitedBy: 'thermal', reasons: 0x20 });
    expect(held.card().highestC).toBeLessThan(slowdownC);
    expect(free.card()).toMatchObject({ limitedBy: 'none', reasons: 0 });
    expect(free.card().highestC).toBeGreaterThan(slowdownC);
  });

  it('stands still until the virtual clock moves', async () => {
    const machine = open({ virtualClock: true, control: { busyShare: 1 } });
    const [caller, card] = await client(machine.env);
    const before = machine.card();
    await caller.read('nvmlDeviceGetTemperature', card, 0);
    expect(machine.card()).toEqual({ ...before, highestC: before.temperatureC });
    machine.advance(10_000);
    expect(machine.card().temperatureC).toBeGreaterThan(before.temperatureC + 10);
  });

  it('does not jump when its clock becomes another', () => {
    const machine = open({ virtualClock: true, control: { busyShare: 1, clockMs: 1e9 } });
    const before = machine.card().temperatureC;
    machine.set({ clockMs: 5 });
    expect(machine.card().temperatureC).toBe(before);
    machine.clear('clockMs');
    expect(machine.card().temperatureC).toBe(before);
    machine.set({ clockMs: 2e12 });
    expect(machine.card().temperatureC).toBeLessThan(before + 1);
  });

  it('warms with the real clock, faster where it is asked to', async () => {
    const machine = open({ control: { busyShare: 1, clockRate: 1_000 } });
    const before = machine.card().temperatureC;
    await expect.poll(() => machine.card().temperatureC).toBeGreaterThan(before + 10);
  });

  it('draws less with locked clocks, and is held earlier with a lower target temperature', async () => {
    const machine = open({ virtualClock: true, control: { busyShare: 1, ambientC: 40 } });
    const [caller, card] = await client(machine.env);
    machine.advance(600_000);
    const unlocked = machine.card();
    await caller.call('nvmlDeviceSetGpuLockedClocks', card, 210, 2_100);
    machine.advance(600_000);
    const locked = machine.card();
    expect(locked).toMatchObject({ limitedBy: 'clock', graphicsClockMhz: 2_100, reasons: 0 });
    expect(locked.powerW).toBeLessThan(unlocked.powerW * 0.6);
    expect(locked.temperatureC).toBeLessThan(unlocked.temperatureC - 10);
    await caller.call('nvmlDeviceResetGpuLockedClocks', card);
    await caller.call('nvmlDeviceSetTemperatureThreshold', card, 5, Int32Array.of(70));
    machine.advance(600_000);
    expect(machine.card().limitedBy).toBe('thermal');
    expect(machine.card().temperatureC).toBeLessThan(71);
  });

  it('ignores locked clocks, or the power limit, where it is asked to', async () => {
    const machine = open({
      virtualClock: true,
      control: { busyShare: 1, ignoreLocks: 1, powerLimiting: 0, externalLimit: '1:200' },
    });
    const [caller, card] = await client(machine.env);
    expect(await caller.call('nvmlDeviceSetGpuLockedClocks', card, 210, 1_500)).toBe(0);
    machine.advance(5_000);
    expect(machine.card()).toMatchObject({
      limitW: 200,
      powerW: 330,
      graphicsClockMhz: 2_730,
      lockedMaxMhz: 1_500,
    });
  });

  it('tells its power as a mean that lags behind', () => {
    const machine = open({ virtualClock: true, control: { busyShare: 1 } });
    machine.advance(250);
    expect(machine.card().powerW).toBe(330);
    expect(machine.card().averageW).toBeLessThan(200);
    machine.advance(3_000);
    expect(machine.card().averageW).toBeCloseTo(330, 0);
  });

  it('warms further with fans that do not turn, whose speed it goes on telling', () => {
    const machine = open({ virtualClock: true, control: { busyShare: 0.3 } });
    machine.advance(600_000);
    const cooled = machine.card();
    machine.set({ fansWork: 0 });
    machine.advance(60_000);
    expect(machine.card().temperatureC).toBeGreaterThan(cooled.temperatureC + 10);
    expect(machine.card().fanPercent).toBeGreaterThanOrEqual(cooled.fanPercent);
  });
});
