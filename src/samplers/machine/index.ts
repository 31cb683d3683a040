/** The machine beside the card: one sampler, whatever the system. */
import type { Readings } from '../../shapes/reading.js';
import { planMachine } from './choose.js';
import { type InventorySource, type MachineInventory, readInventory } from './inventory.js';
import { OsProvider } from './os.js';
import { ProcProvider } from './proc.js';
import type { MachineProvider } from './provider.js';
import { SlowProvider } from './slow.js';
import type { SlowSource } from './slow-readings.js';

export type { MachineInventory } from './inventory.js';
export type { MachineProvider } from './provider.js';

/** Gives every fact under `system.` that this machine can tell, and the reason for each that it cannot. */
export interface MachineSampler {
  /** New readings under `system.` at tick time `atMs`; never throws, never waits. */
  sample(atMs: number): Readings;
  /** What the machine is made of; await it before the loop starts. */
  readInventory(): Promise<MachineInventory>;
  close(): void;
}

/** For tests and for slower reading; the running system and its default times unless said. */
export interface MachineOptions {
  platform?: NodeJS.Platform;
  /** How often facts of the slow tier are read, in ms. */
  slowEveryMs?: number;
}

/** Opens the ways to read this machine; nothing is started before the first sample. */
export function openMachineSampler(options: MachineOptions = {}): MachineSampler {
  const platform = options.platform ?? process.platform;
  const plan = planMachine(platform);
  const slowEveryMs = options.slowEveryMs === undefined ? {} : { slowEveryMs: options.slowEveryMs };
  const everyMs = options.slowEveryMs === undefined ? {} : { everyMs: options.slowEveryMs };
  const providers: MachineProvider[] = [
    plan.fast === 'proc' ? new ProcProvider(slowEveryMs) : new OsProvider(platform),
    ...(plan.slow === null ? [] : [new SlowProvider(loadSystemInformation, { platform, ...everyMs })]),
  ];
  return {
    sample: (atMs) => Object.assign({}, ...providers.map((provider) => provider.sample(atMs))),
    readInventory: () => readInventory(loadSystemInformation),
    close: () => {
      for (const provider of providers) provider.close();
    },
  };
}

/** Loaded late: it is large, and Linux needs it for the inventory only. */
async function loadSystemInformation(): Promise<SlowSource & InventorySource> {
  const { default: source } = await import('systeminformation');
  return source;
}
