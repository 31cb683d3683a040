/** Stand-in machines and the processes that call them, all ended after each test. */
import { afterEach, expect } from 'vitest';
import { type NvmlCaller, startCaller } from './nvml-caller.js';
import { openStandIn, type StandIn, type StandInOptions } from './nvml-standin.js';

const machines: StandIn[] = [];
const callers: NvmlCaller[] = [];

/** To be called once in a `describe` whose tests use the functions below. */
export function endMachinesAfterEach(): void {
  afterEach(async () => {
    for (const caller of callers.splice(0)) await caller.kill();
    for (const machine of machines.splice(0)) machine.close();
  });
}

export function open(options: StandInOptions = {}): StandIn {
  const machine = openStandIn(options);
  machines.push(machine);
  return machine;
}

/** A process that has called nothing yet. */
export function start(env: Readonly<Record<string, string>>): NvmlCaller {
  const caller = startCaller(env);
  callers.push(caller);
  return caller;
}

/** A process that has initialised the library, and the handle of its first card. */
export async function client(env: Readonly<Record<string, string>>): Promise<[NvmlCaller, bigint]> {
  const caller = start(env);
  expect(await caller.call('nvmlInit_v2')).toBe(0);
  return [caller, await caller.device()];
}
