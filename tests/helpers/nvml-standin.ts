/** A simulated machine with NVIDIA cards, reached through a library that has the driver's binary interface. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { CardKey, MachineKey } from './nvml-standin-keys.js';

type Value = number | string | boolean;

/** Keys of the control file; tests/fixtures/nvml-standin/control.c says what each does. */
export type Control = {
  [key in MachineKey | CardKey | `${CardKey}.${number}` | `${'fail' | 'delay' | 'hang'}.${string}`]?: Value;
};

/** What the machine knows of a card, not what the library tells of it. */
export interface StandInCard {
  limitW: number;
  enforcedLimitW: number;
  /** null while nothing is locked. */
  lockedMinMhz: number | null;
  lockedMaxMhz: number | null;
  memoryLockedMinMhz: number | null;
  memoryLockedMaxMhz: number | null;
  /** The target temperature; null for a card that has none. */
  targetC: number | null;
  persistence: boolean;
  temperatureC: number;
  /** The highest it has been. */
  highestC: number;
  powerW: number;
  averageW: number;
  /** What the load would draw with no limit. */
  naturalW: number;
  /** Share of the unlimited card's speed. */
  speed: number;
  busyShare: number;
  fanPercent: number;
  energyJ: number;
  limitedBy: 'none' | 'clock' | 'power' | 'thermal';
  reasons: number;
  graphicsClockMhz: number;
}

/** One call that would change a card, whatever became of it. */
export interface SetterCall {
  /** Unix time in ms. */
  atMs: number;
  pid: number;
  function: string;
  /** -1 where the handle was none. */
  card: number;
  args: number[];
  code: number;
}

export interface StandIn {
  /** What stands for the driver's library. */
  library: string;
  folder: string;
  /** For the processes that shall see this machine. */
  env: { NVML_LIBRARY: string; NVML_STANDIN: string };
  /** The same for a process whose setters are refused. */
  envWithoutRights: { NVML_LIBRARY: string; NVML_STANDIN: string; NVML_STANDIN_ROOT: '0' };
  /** Adds to the control, or replaces; in force at the next call of any process. */
  set(control: Control): void;
  clear(...keys: (keyof Control)[]): void;
  /** Moves virtual time, which the machine then has from 0; the control in force now holds for all of it. */
  advance(ms: number): void;
  /** Another program sets the limit of a card. */
  setFromOutside(card: number, watts: number): void;
  /** All settings of all cards are lost, as by a reset of the driver or a suspend. */
  resetCards(): void;
  /** The driver is loaded anew under living processes. */
  reloadDriver(): void;
  card(number?: number): StandInCard;
  /** Processes that have initialised the library and live. */
  clients(): number[];
  /** Calls of setters in their order, of all processes. */
  setters(): SetterCall[];
  /** Ends calls that hang, and removes the folder. */
  close(): void;
}

export interface StandInOptions {
  cards?: number;
  /** `old` lacks what drivers before R510 lack. */
  build?: 'modern' | 'old';
  /** Time that only `advance` moves. */
  virtualClock?: boolean;
  control?: Control;
}

/** Why the stand-in cannot be had here; nothing where it can. */
export function standInMissing(): string | undefined {
  const build = inject('nvmlStandIn');
  return 'missing' in build ? build.missing : undefined;
}

/** False where tests of the stand-in are to be skipped; with CI set on Linux they run, and fail without a compiler. */
export function hasStandIn(): boolean {
  return standInMissing() === undefined || (process.platform === 'linux' && process.env.CI === 'true');
}

/** A new machine. Its state is in a temporary folder and lives until `close`. */
export function openStandIn(options: StandInOptions = {}): StandIn {
  const build = inject('nvmlStandIn');
  if ('missing' in build) throw new Error(`no stand-in for NVML: ${build.missing}`);
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-nvml-'));
  const library = join(build.folder, options.build ?? 'modern', 'libnvidia-ml.so.1');
  const env = { NVML_LIBRARY: library, NVML_STANDIN: folder };
  const control = new Map<string, Value>();
  let clockMs = 0;
  let events = 0;

  const set = (changed: Control): void => {
    for (const [key, value] of Object.entries(changed) as [string, Value][]) control.set(key, value);
    writeControl(folder, control);
  };
  const state = (): { clients: number[]; cards: StandInCard[] } =>
    JSON.parse(execFileSync(join(build.folder, 'state'), [folder], { encoding: 'utf8' }));

  set({
    cards: options.cards ?? 1,
    ...(options.virtualClock === true ? { clockMs: 0 } : {}),
    ...options.control,
  });
  return {
    library,
    folder,
    env,
    envWithoutRights: { ...env, NVML_STANDIN_ROOT: '0' },
    set,
    clear: (...keys) => {
      for (const key of keys) control.delete(key);
      writeControl(folder, control);
    },
    advance: (ms) => {
      // The machine is made, and what was asked of it taken over, before its time moves.
      state();
      clockMs += ms;
      set({ clockMs });
      state();
    },
    setFromOutside: (card, watts) => {
      events += 1;
      set({ [`externalLimit.${card}`]: `${events}:${watts}` });
    },
    resetCards: () => {
      events += 1;
      set({ reset: events });
    },
    reloadDriver: () => {
      events += 1;
      set({ reload: events });
    },
    card: (number = 0) => {
      const found = state().cards[number];
      if (found === undefined) throw new Error(`expected one of the stand-in's cards, got ${number}`);
      return found;
    },
    clients: () => state().clients,
    setters: () => readSetters(folder),
    close: () => {
      control.clear();
      writeControl(folder, control);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Replaces the file as a whole, so that no process reads half of it. */
function writeControl(folder: string, control: ReadonlyMap<string, Value>): void {
  const lines = [...control].map(
    ([key, value]) => `${key}=${typeof value === 'boolean' ? Number(value) : value}\n`,
  );
  writeFileSync(join(folder, 'control.new'), lines.join(''));
  renameSync(join(folder, 'control.new'), join(folder, 'control'));
}

function readSetters(folder: string): SetterCall[] {
  const path = join(folder, 'setters.log');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as SetterCall);
}
