/** Whether this process may write to a card, found out without writing. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What is looked at. */
export interface RightsMachine {
  platform: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Effective user id; undefined where there are none. */
  uid: number | undefined;
  /** Text of a file; empty where there is none. */
  read: (path: string) => string;
  /** What a program prints; empty where it fails. */
  print: (program: string, args: string[]) => Promise<string>;
}

/** The driver asks for this capability on Linux (`CAP_SYS_ADMIN`, bit 21 of capabilities(7)). */
const SYS_ADMIN = 1n << 21n;
/** The labels of elevated processes and of services on Windows: S-1-16-12288 (high) and S-1-16-16384 (system). */
const ELEVATED = /S-1-16-(?:12288|16384)/;

const THIS_MACHINE: RightsMachine = {
  platform: process.platform,
  env: process.env,
  uid: process.geteuid?.(),
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  },
  print: (program, args) =>
    new Promise((resolve) => {
      execFile(program, args, { windowsHide: true, timeout: 5_000 }, (error, text) =>
        resolve(error === null ? text : ''),
      );
    }),
};

/**
 * Whether a driver would take a setting from this process. A library that `NVML_LIBRARY` names is asked itself: what
 * it wants is its own business.
 */
export async function mayWrite(machine: RightsMachine = THIS_MACHINE): Promise<boolean> {
  const { platform, env, uid, read, print } = machine;
  if (env.NVML_LIBRARY) return true;
  if (platform === 'win32') return ELEVATED.test(await print('whoami', ['/groups', '/fo', 'csv', '/nh']));
  const [, bits] = /^CapEff:\s*([0-9a-f]+)/m.exec(read('/proc/self/status')) ?? [];
  // The root of a container has no such capability unless it was given one, and the driver refuses it.
  return bits === undefined ? uid === 0 : (BigInt(`0x${bits}`) & SYS_ADMIN) !== 0n;
}
