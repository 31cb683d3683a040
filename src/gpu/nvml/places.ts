/** Where NVIDIA's management library may be, by platform, in the order in which it is tried. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';

/** What the search needs to know of the machine. */
export interface NvmlMachine {
  platform: string;
  env: Readonly<Record<string, string | undefined>>;
  exists: (path: string) => boolean;
  /** Text of a file; empty where there is none. */
  read?: (path: string) => string;
  /** Names in a folder, the newest first; none where there is no folder. */
  list?: (path: string) => string[];
}

/** The machine this runs on. */
export const THIS_MACHINE: NvmlMachine = {
  platform: process.platform,
  env: process.env,
  exists: existsSync,
  read: readText,
  list: newestFirst,
};

/** The name with the version first: drivers alone lack the other, which may be a stub of the CUDA toolkit. */
const LINUX_NAMES = ['libnvidia-ml.so.1', 'libnvidia-ml.so'];
/** Where WSL2 keeps the one library that works there; a distribution's own package may hide it behind a broken one. */
const WSL_FOLDER = '/usr/lib/wsl/lib';
/** Where distributions and containers put the library; a loader looks in some of them only. */
const LINUX_FOLDERS = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/usr/lib64/nvidia',
  '/usr/local/nvidia/lib64',
  WSL_FOLDER,
  '/run/opengl-driver/lib',
];

/**
 * What to load, in order: paths, and names that the system's loader looks for. With `NVML_LIBRARY` set it is the only
 * one, so that a wrong one is told and not passed over. macOS has none.
 */
export function nvmlPlaces(machine: NvmlMachine = THIS_MACHINE): string[] {
  const named = machine.env.NVML_LIBRARY;
  if (named) return [named];
  switch (machine.platform) {
    case 'win32':
      return [...windowsFiles(machine).filter(machine.exists), 'nvml.dll'];
    case 'darwin':
      return [];
    default:
      return [...wslFiles(machine), ...LINUX_NAMES, ...linuxFiles().filter(machine.exists)];
  }
}

/** The library's file, found without loading it; null where there is none. */
export function findNvml(machine: NvmlMachine = THIS_MACHINE): string | null {
  const { env, exists } = machine;
  if (env.NVML_LIBRARY) return exists(env.NVML_LIBRARY) ? env.NVML_LIBRARY : null;
  if (machine.platform === 'darwin') return null;
  const files =
    machine.platform === 'win32' ? windowsFiles(machine) : [...wslFiles(machine), ...linuxFiles()];
  return files.find(exists) ?? null;
}

/** Whether this is Linux under Windows. */
export function isWsl({ platform, exists, read = () => '' }: NvmlMachine = THIS_MACHINE): boolean {
  if (platform !== 'linux') return false;
  return exists(WSL_FOLDER) || exists('/dev/dxg') || /microsoft/i.test(read('/proc/version'));
}

function wslFiles(machine: NvmlMachine): string[] {
  return isWsl(machine) ? [posix.join(WSL_FOLDER, LINUX_NAMES[0] ?? '')] : [];
}

function linuxFiles(): string[] {
  return LINUX_FOLDERS.flatMap((folder) => LINUX_NAMES.map((name) => posix.join(folder, name)));
}

/** Drivers since about 2019 keep it in System32, older ones in NVSMI, some only in the driver store. */
function windowsFiles({ env, list = () => [] }: NvmlMachine): string[] {
  const system = win32.join(env.SystemRoot || 'C:\\Windows', 'System32');
  const programs = env.ProgramW6432 || env.ProgramFiles || 'C:\\Program Files';
  const store = win32.join(system, 'DriverStore', 'FileRepository');
  // `nv_dispi` is the desktop package; laptop makers' packages have other letters after `nv`.
  const packages = list(store).filter((name) => /^nv\w*\.inf_(amd|arm)64_/i.test(name));
  return [
    win32.join(system, 'nvml.dll'),
    win32.join(programs, 'NVIDIA Corporation', 'NVSMI', 'nvml.dll'),
    ...packages.map((name) => win32.join(store, name, 'nvml.dll')),
  ];
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function newestFirst(path: string): string[] {
  try {
    const names = readdirSync(path).filter((name) => name.startsWith('nv'));
    const ages = new Map(names.map((name) => [name, statSync(win32.join(path, name)).mtimeMs]));
    return names.sort((a, b) => (ages.get(b) ?? 0) - (ages.get(a) ?? 0));
  } catch {
    return [];
  }
}
