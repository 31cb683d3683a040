/** Other programs that write power limits and clocks; two of them undo each other's work. */
import { readdir, readFile } from 'node:fs/promises';
import { type Check, fine } from './check.js';
import { runProgram } from './run-program.js';

/** Name of the process, in small letters and cut to the kernel's 15, to what people call it. */
const WRITERS: Readonly<Record<string, string>> = {
  lact: 'LACT',
  lactd: 'LACT',
  'nvidia-powerd': 'nvidia-powerd',
  nvidiapowerd: 'nvidia-powerd',
  coolercontrold: 'CoolerControl',
  gwe: 'GreenWithEnvy',
  tuxclocker: 'TuxClocker',
  'tuxclocker-qt': 'TuxClocker',
  tuxclockerd: 'TuxClocker',
  'msiafterburner.exe': 'MSI Afterburner',
  'precisionx_x64.exe': 'EVGA Precision X',
  'precisionx1.exe': 'EVGA Precision X',
  'nvidia app.exe': 'NVIDIA App',
  'firestorm.exe': 'Zotac FireStorm',
  'gputweakiii.exe': 'ASUS GPU Tweak',
};

/** The writers among the names of running processes, each once, sorted. */
export function findWriters(processes: readonly string[]): string[] {
  const found = processes.map((name) => WRITERS[name.trim().toLowerCase()]);
  return [...new Set(found.filter((name) => name !== undefined))].sort();
}

/** Tells who else may write; never a failure, for they may well leave this card alone. */
export async function checkWriters(platform: string): Promise<Check> {
  const processes = await listProcesses(platform);
  if (processes === null) return fine('other writers', 'not looked for on this system');
  const writers = findWriters(processes);
  if (writers.length === 0) return fine('other writers', 'none known is running');
  return {
    name: 'other writers',
    ok: true,
    found: `running: ${writers.join(', ')}`,
    remedy:
      'let one program write power limits and clocks: stop it, switch off its tuning, or keep hardware: deny; card.otherWriter says what Evenkeel does about a change that is not its own',
  };
}

async function listProcesses(platform: string): Promise<string[] | null> {
  if (platform === 'win32') {
    const { ok, text } = await runProgram('tasklist', ['/fo', 'csv', '/nh']);
    return ok ? text.split(/\r?\n/).map((line) => line.split('","')[0]?.replace(/^"/, '') ?? '') : null;
  }
  if (platform !== 'linux') return null;
  const entries = await readdir('/proc').catch(() => []);
  const ids = entries.filter((entry) => /^\d+$/.test(entry));
  // A process may end between the two looks.
  return Promise.all(ids.map((id) => readFile(`/proc/${id}/comm`, 'utf8').catch(() => '')));
}
