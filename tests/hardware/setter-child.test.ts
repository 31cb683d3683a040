/** The setter child as its own process, over the stand-in through the very path that opens the driver's library. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { WriterClient } from '../../src/hardware/client.js';
import { startSetterChild } from '../../src/hardware/connect.js';
import { until } from '../helpers/cli.js';
import { hasStandIn, type StandInOptions } from '../helpers/nvml-standin.js';
import { type Machine, openMachine, SETTER_ENTRY, UUID } from './stand-in-machine.js';

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

  it('that was killed is replaced at once by one that gives back, without another setting', async () => {
    const on = machine();
    await on.client().set(UUID, 'powerLimitW', 300);
    process.kill(childOf(on), 'SIGKILL');
    const back = 'warn: NVIDIA GeForce RTX 4090: powerLimitW back at 450 W';
    await until('it is given back', () => on.log.includes(back));
    expect([on.standIn.card().limitW, on.journals()]).toEqual([450, []]);
  });

  it('that was ended within a driver call that hung leaves a clean end nothing to miss', async () => {
    const on = machine();
    const writer = on.client('restore', {}, 500);
    await writer.set(UUID, 'powerLimitW', 300);
    on.standIn.set({ 'hang.nvmlDeviceSetPowerManagementLimit': 1 });
    expect(await writer.set(UUID, 'powerLimitW', 280)).toMatchObject({ ok: false });
    on.standIn.clear('hang.nvmlDeviceSetPowerManagementLimit');
    await writer.close();
    expect([on.standIn.card().limitW, on.journals()]).toEqual([450, []]);
  });

  it('that cannot be replaced makes the end say what stays on the card', async () => {
    const on = machine();
    const log: string[] = [];
    let starts = 0;
    const writer = new WriterClient({
      connect: () => {
        starts += 1;
        if (starts > 1) return Promise.reject(new Error('no process can be started'));
        return startSetterChild(on.env, { entry: SETTER_ENTRY });
      },
      onExit: 'restore',
      leaseS: 10,
      log: (level, message) => log.push(`${level}: ${message}`),
    });
    await writer.set(UUID, 'powerLimitW', 300);
    process.kill(Number(/setter \(pid (\d+)\)/.exec(log.join())?.[1]), 'SIGKILL');
    await until('its end is seen', () => starts > 1);
    await writer.close();
    expect(log.at(-1)).toMatch(`warn: no writer could be asked to give back what was set on ${UUID}`);
  });

  it('that was started while the card was away writes it once it is back, and gives back an old journal', async () => {
    const on = machine();
    const writer = on.client('keep');
    await writer.set(UUID, 'powerLimitW', 300);
    const first = childOf(on);
    on.standIn.set({ lost: '0' });
    process.kill(first, 'SIGKILL');
    await until('another one is there', () => childOf(on) !== first);
    const second = childOf(on);
    on.standIn.set({ lost: '' });
    expect(await writer.set(UUID, 'powerLimitW', 280)).toEqual({ ok: true, value: 280 });
    const journal = JSON.parse(readFileSync(join(on.folder, `${UUID}.journal.json`), 'utf8'));
    expect(journal.settings.powerLimitW.found).toBe(450);
    expect(childOf(on)).toBe(second);
  });

  it('without a library refuses for good: there is nothing that a repetition could find', async () => {
    const on = machine();
    const writer = on.client('restore', { NVML_LIBRARY: join(on.folder, 'none.so') });
    expect(await writer.set(UUID, 'powerLimitW', 300)).toEqual({
      ok: false,
      value: 'unknown',
      error: expect.stringContaining('none.so'),
      isLasting: true,
    });
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
