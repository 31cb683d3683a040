/** Where the program nvidia-smi is. Nothing of it is run here. */
import { existsSync } from 'node:fs';
import { posix, win32 } from 'node:path';

/** What finding a program needs to know of the machine; what is left out is this machine's. */
export interface Machine {
  platform?: string;
  env?: Readonly<Record<string, string | undefined>>;
  exists?: (path: string) => boolean;
}

/**
 * The program nvidia-smi, or null: in a folder of PATH, or where WSL and Windows drivers put it outside of PATH.
 * Under WSL the driver's own program comes first, because a distribution's package may lay a broken one over it.
 */
export function findSmi({
  platform = process.platform,
  env = process.env,
  exists = existsSync,
}: Machine = {}): string | null {
  const places = platform === 'win32' ? windowsPlaces(env) : posixPlaces(env);
  return places.find((place) => exists(place)) ?? null;
}

/** As people are told where it was looked for. */
export const SMI_PLACES =
  'on PATH, in /usr/lib/wsl/lib, or in System32 and NVIDIA Corporation\\NVSMI of Windows';

type Env = NonNullable<Machine['env']>;

function posixPlaces({ PATH = '' }: Env): string[] {
  const folders = ['/usr/lib/wsl/lib', ...PATH.split(posix.delimiter)];
  return folders.filter((folder) => folder !== '').map((folder) => posix.join(folder, 'nvidia-smi'));
}

function windowsPlaces(env: Env): string[] {
  const path = env.PATH ?? env.Path ?? '';
  const folders = path.split(win32.delimiter).filter((folder) => folder !== '');
  const programs = env.ProgramW6432 || env.ProgramFiles || 'C:\\Program Files';
  folders.push(win32.join(env.SystemRoot || 'C:\\Windows', 'System32'));
  folders.push(win32.join(programs, 'NVIDIA Corporation', 'NVSMI'));
  return folders.map((folder) => win32.join(folder, 'nvidia-smi.exe'));
}
