/** The setter child as its own process, over the stand-in through the very path that opens the driver's library. */
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../helpers/cli.js';
import { hasStandIn, type StandInOptions } from '../helpers/nvml-standin.js';
import { type Machine, openMachine, UUID } from './stand-in-machine.js';

const machines: Machine[] = [];
afterEach(async () => {
  for (const machine of machines.splice(0)) await machine.close();
});

function machine(options?: StandInOptions): Machine {
  const opened = openMachine(options);
  machines.push(opened);
  return opened;
}

/** The child's process id, from its own greeting in the log. */
function childOf({ log }: Machine): number {
  return Number(/\(pid (\d+)\)/.exec(log.findLast((line) => line.includes('written through')) ?? '')?.[1]);
}

describe.skipIf(!hasStandIn())('the setter child', () => {
  it('writes what is wished, and gives it back at the end', async () => {
    const on = machine();
    const writer = on.client();
    expect(await writer.set(UUID, 'powerLimitW', 300)).toEqual({ ok: true, value: 300 });
    expect(await writer.set(UUID, 'graphicsClockMaxMhz', 1500)).toEqual({ ok: true, value: 1500 });
    expect(await writer.set(UUID, 'targetTemperatureC', 70)).toEqual({ ok: true, value: 70 });
    expect(on.standIn.card()).toMatchObject({
      limitW: 300,
      lockedMinMhz: 210,
      lockedMaxMhz: 1500,
      targetC: 70,
    });
    expect(on.journals()).toEqual([`${UUID}.journal.json`]);
    await writer.close();
    expect(on.standIn.card()).toMatchObject({ limitW: 450, lockedMaxMhz: null, targetC: 84 });
    expect(on.journals()).toEqual([]);
  });

  it('writes each value once, and none outside the range of the card', async () => {
    const on = machine({ control: { limitMinW: 150, limitMaxW: 500 } });
    const writer = on.client();
    for (const wish of [300, 300, -1, 0, 1e12, Number.NaN, 300]) await writer.set(UUID, 'powerLimitW', wish);
    expect(on.limits()).toEqual([300, 150, 500, 300]);
    expect(on.standIn.setters().map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  });

  it('that was killed leaves a journal, and the next one gives back before anything else', async () => {
    const on = machine();
    await on.client().set(UUID, 'powerLimitW', 300);
    process.kill(childOf(on), 'SIGKILL');
    await until('the end is seen', () => on.log.some((line) => line.includes('given back')));
    expect([on.standIn.card().limitW, on.journals().length]).toEqual([300, 1]);
    const next = on.client();
    await next.connect();
    expect([on.standIn.card().limitW, on.journals()]).toEqual([450, []]);
    expect(on.log.at(-1)).toBe('warn: NVIDIA GeForce RTX 4090: powerLimitW back at 450 W');
  });

  it('tells who holds the card, when another one does', async () => {
    const on = machine();
    await on.client().set(UUID, 'powerLimitW', 300);
    const holder = childOf(on);
    expect(await on.client().set(UUID, 'powerLimitW', 280)).toEqual({
      ok: false,
      value: 'unknown',
      error: `evenkeel setter (pid ${holder}) holds the card`,
    });
    expect(on.standIn.card().limitW).toBe(300);
  });

  it('without the right to write is refused for good, and leaves nothing behind', async () => {
    const on = machine();
    const writer = on.client('restore', { NVML_STANDIN_ROOT: '0' });
    expect(await writer.set(UUID, 'powerLimitW', 300)).toEqual({
      ok: false,
      value: 450,
      error: expect.stringContaining('NO_PERMISSION'),
      isLasting: true,
    });
    expect(on.journals()).toEqual([]);
  });

  it('tells a driver that takes a value and does not follow', async () => {
    const on = machine({ control: { ignoreSetters: true } });
    expect(await on.client().set(UUID, 'powerLimitW', 300)).toEqual({
      ok: false,
      value: 450,
      error: 'the driver took 300 W and 450 W is in force',
    });
    expect(on.journals()).toEqual([]);
  });

  it('finds a card again that was lost, by its UUID', async () => {
    const on = machine({ cards: 2 });
    const writer = on.client();
    await writer.set(UUID, 'powerLimitW', 300);
    on.standIn.set({ lost: '0' });
    expect(await writer.set(UUID, 'powerLimitW', 280)).toMatchObject({ ok: false });
    on.standIn.set({ lost: '', order: '1,0' });
    expect(await writer.set(UUID, 'powerLimitW', 280)).toEqual({ ok: true, value: 280 });
    expect([on.standIn.card(0).limitW, on.standIn.card(1).limitW]).toEqual([280, 450]);
  });

  it('whose driver never answers is ended; the agent goes on, and the next setting has a child that works', async () => {
    const on = machine({ control: { 'hang.nvmlDeviceSetPowerManagementLimit': 1 } });
    const writer = on.client('restore', {}, 500);
    expect(await writer.set(UUID, 'powerLimitW', 300)).toMatchObject({ ok: false, value: 'unknown' });
    on.standIn.clear('hang.nvmlDeviceSetPowerManagementLimit');
    const outcome = await until('a set is taken', async () => {
      const tried = await writer.set(UUID, 'powerLimitW', 280);
      return tried.ok && tried;
    });
    expect([outcome.value, on.standIn.card().limitW]).toEqual([280, 280]);
    await writer.close();
    expect(on.standIn.card().limitW).toBe(450);
  });
});
