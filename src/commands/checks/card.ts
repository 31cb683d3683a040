/** The card of the configuration, and what of NVIDIA's driver is there. */
import { delimiter, join, posix, win32 } from 'node:path';
import { reasonOf } from '../../errors.js';
import { openCards } from '../../gpu/choose.js';
import { type Check, fine } from './check.js';
import { runProgram } from './run-program.js';

/** What the driver check needs to know of the machine. */
export interface Machine {
  platform: string;
  env: Readonly<Record<string, string | undefined>>;
  exists: (path: string) => boolean;
}

/** Where distributions, WSL and containers put the library; `NVML_LIBRARY` names another place. */
const LINUX_FOLDERS = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/usr/lib64/nvidia',
  '/usr/local/nvidia/lib64',
  '/usr/lib/wsl/lib',
  '/run/opengl-driver/lib',
];

/** The file of NVIDIA's management library, or null; it is not loaded. */
export function findNvml({ platform, env, exists }: Machine): string | null {
  const named = env.NVML_LIBRARY;
  const places =
    platform === 'win32'
      ? [
          win32.join(env.SystemRoot || 'C:\\Windows', 'System32', 'nvml.dll'),
          win32.join(env.ProgramFiles || 'C:\\Program Files', 'NVIDIA Corporation', 'NVSMI', 'nvml.dll'),
        ]
      : LINUX_FOLDERS.map((folder) => posix.join(folder, 'libnvidia-ml.so.1'));
  return [...(named ? [named] : []), ...places].find(exists) ?? null;
}

/** The program nvidia-smi in a folder of PATH, or null. */
export function findSmi({ platform, env, exists }: Machine): string | null {
  const file = platform === 'win32' ? 'nvidia-smi.exe' : 'nvidia-smi';
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, file)).find(exists) ?? null;
}

/** What of the driver is there; needed only when the configuration names a real card. */
export async function checkDriver(gpu: string, machine: Machine): Promise<Check> {
  const isNeeded = gpu === 'nvml' || gpu === 'smi' || gpu.startsWith('GPU-');
  const library = findNvml(machine);
  const smi = findSmi(machine);
  const found = [library ?? 'no NVIDIA management library', smi ?? 'no nvidia-smi on PATH'];
  if (smi !== null) {
    const query = ['--query-gpu=name,driver_version,persistence_mode', '--format=csv,noheader'];
    const { text } = await runProgram(smi, query);
    found.push(...text.split(/\r?\n/).map((line) => `says "${line}" (name, driver, persistence mode)`));
  }
  const isThere = gpu === 'smi' ? smi !== null : library !== null;
  return {
    name: 'nvidia driver',
    ok: isThere || !isNeeded,
    found: found.join('; '),
    remedy: isThere ? null : 'install the NVIDIA driver to watch a real card; gpu: simulated needs none',
  };
}

/** Whether the card of the configuration opens. */
export async function checkCard(gpu: string): Promise<Check> {
  try {
    const cards = await openCards(gpu);
    const { name, simulated } = cards.cards[0].inventory;
    await cards.close();
    const label = simulated && !/^simulated/i.test(name) ? 'simulated ' : '';
    return fine('card', name === 'none' ? `${gpu}: no card is watched` : `${gpu}: ${label}${name}`);
  } catch (error) {
    return { name: 'card', ok: false, found: reasonOf(error), remedy: 'set gpu (--gpu) to another card' };
  }
}
