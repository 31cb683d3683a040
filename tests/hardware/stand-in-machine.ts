/** A stand-in's cards with a folder of journals of their own, and clients that write through real processes. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WriterClient } from '../../src/hardware/client.js';
import { startSetterChild } from '../../src/hardware/connect.js';
import type { ExitPolicy } from '../../src/hardware/give-back.js';
import { ROOT } from '../helpers/checkout.js';
import { openStandIn, type SetterCall, type StandIn, type StandInOptions } from '../helpers/nvml-standin.js';

/** The compiled child; what it runs is built before the tests. */
export const SETTER_ENTRY = join(ROOT, 'dist', 'hardware', 'setter-child.js');
/** The stand-in's first card. */
export const UUID = 'GPU-57a4d140-0000-4000-8000-000000000000';

export interface Machine {
  standIn: StandIn;
  /** Of journals and locks. */
  folder: string;
  /** For the processes that shall see this machine. */
  env: NodeJS.ProcessEnv;
  /** What clients logged. */
  log: string[];
  /** Opens a client of a setter child; it is closed with the machine. */
  client(onExit?: ExitPolicy, env?: NodeJS.ProcessEnv, setWithinMs?: number): WriterClient;
  journals(): string[];
  /** Settings in order, without the driver's own calls: `300 W`. */
  limits(): number[];
  close(): Promise<void>;
}

/** Opens a machine whose settings outlive its processes, as with a desktop on the card. */
export function openMachine(options: StandInOptions = {}): Machine {
  const standIn = openStandIn({ ...options, control: { otherClients: 1, ...options.control } });
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-hardware-'));
  const env = { ...process.env, ...standIn.env, EVENKEEL_HARDWARE_DIR: folder };
  const clients: WriterClient[] = [];
  const log: string[] = [];
  return {
    standIn,
    folder,
    env,
    log,
    client(onExit = 'restore', more = {}, setWithinMs = 5_000) {
      const client = new WriterClient({
        connect: () => startSetterChild({ ...env, ...more }, { entry: SETTER_ENTRY }),
        onExit,
        leaseS: 10,
        setWithinMs,
        log: (level, message) => log.push(`${level}: ${message}`),
      });
      clients.push(client);
      return client;
    },
    journals: () => readdirSync(folder).filter((name) => name.endsWith('.journal.json')),
    limits: () =>
      standIn
        .setters()
        .filter(isLimit)
        .map(({ args }) => (args[0] ?? Number.NaN) / 1000),
    async close() {
      for (const client of clients) await client.close();
      standIn.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function isLimit(call: SetterCall): boolean {
  return call.function === 'nvmlDeviceSetPowerManagementLimit';
}
