import { afterEach, describe, expect, it } from 'vitest';
import { type NvmlCaller, startCaller } from '../../helpers/nvml-caller.js';
import { hasStandIn, openStandIn, type StandIn, type StandInOptions } from '../../helpers/nvml-standin.js';

describe.skipIf(!hasStandIn())('the stand-in for NVML', () => {
  const machines: StandIn[] = [];
  const callers: NvmlCaller[] = [];

  afterEach(async () => {
    for (const caller of callers.splice(0)) await caller.kill();
    for (const machine of machines.splice(0)) machine.close();
  });

  function open(options: StandInOptions = {}): StandIn {
    const machine = openStandIn(options);
    machines.push(machine);
    return machine;
  }

  function start(env: Readonly<Record<string, string>>): NvmlCaller {
    const caller = startCaller(env);
    callers.push(caller);
    return caller;
  }

  /** A process that has initialised the library, and its first card. */
  async function client(env: Readonly<Record<string, string>>): Promise<[NvmlCaller, bigint]> {
    const caller = start(env);
    expect(await caller.call('nvmlInit_v2')).toBe(0);
    return [caller, await caller.device()];
  }

  it('shares one card between processes, and notes every setter', async () => {
    const machine = open();
    const [writer, card] = await client(machine.env);
    const [reader, seen] = await client(machine.env);
    expect(await writer.call('nvmlDeviceSetPowerManagementLimit', card, 300_000)).toBe(0);
    expect(await writer.call('nvmlDeviceSetPowerManagementLimit', card, 601_000)).toBe(2);
    expect(await reader.read('nvmlDeviceGetPowerManagementLimit', seen)).toBe(300_000);
    expect(machine.card().limitW).toBe(300);
    expect(machine.setters()).toMatchObject([
      {
        pid: writer.child.pid,
        function: 'nvmlDeviceSetPowerManagementLimit',
        card: 0,
        args: [300_000],
        code: 0,
      },
      { pid: writer.child.pid, args: [601_000], code: 2 },
    ]);
  });
});
