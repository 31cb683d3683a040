/** What systeminformation tells of the machine, as readings. */
import type { Readings } from '../../shapes/reading.js';
import { give } from './provider.js';

/** The part of systeminformation that is read; rates in bytes a second, null until there are two readings. */
export interface SlowSource {
  /** Null on Windows. */
  fsStats(): Promise<{ rx_sec: number | null; wx_sec: number | null } | null>;
  networkInterfaceDefault(): Promise<string>;
  networkStats(name: string): Promise<{ rx_sec: number | null; tx_sec: number | null }[]>;
  processes(): Promise<{ all: number }>;
  cpuTemperature(): Promise<{ max: number | null; main: number | null }>;
  battery(): Promise<{ hasBattery: boolean; percent: number; acConnected: boolean }>;
  /** Windows: keeps one PowerShell for all readings instead of starting one for each. */
  powerShellStart(): void;
  powerShellRelease(): void;
}

/** Facts that are read together, from one answer. */
export interface SlowReader {
  facts: readonly string[];
  /** Listing processes costs 100 ms of processor time and more (measured on Linux), so it is rare. */
  isDear?: boolean;
  read(source: SlowSource): Promise<Readings>;
}

const NONE_YET = 'systeminformation tells none yet';

/** The readers of one run; the network's remembers the interface. */
export function createSlowReaders(): SlowReader[] {
  return [DISKS, createNetworkReader(), TEMPERATURE, BATTERY, PROCESSES];
}

const DISKS: SlowReader = {
  facts: ['system.diskReadMegabytesPerS', 'system.diskWriteMegabytesPerS'],
  async read(source) {
    const stats = await source.fsStats();
    if (stats === null) return unsupported(this, 'systeminformation counts no disk bytes on this system');
    return rates(this, stats.rx_sec, stats.wx_sec);
  },
};

/** With the interface named, systeminformation does not look up the route anew each time. */
function createNetworkReader(): SlowReader {
  let name: string | null = null;
  return {
    facts: ['system.networkReceiveMegabytesPerS', 'system.networkTransmitMegabytesPerS'],
    async read(source) {
      name ??= await source.networkInterfaceDefault();
      if (name === '') return unsupported(this, 'this machine has no default network interface');
      const [stats] = await source.networkStats(name);
      return rates(this, stats?.rx_sec, stats?.tx_sec);
    },
  };
}

const TEMPERATURE: SlowReader = {
  facts: ['system.cpuTemperatureC'],
  async read(source) {
    const { max, main } = await source.cpuTemperature();
    const temperatureC = max ?? main;
    // Absent sensors come as null, -1 or 0.
    if (temperatureC === null || temperatureC <= 0) {
      return unsupported(this, 'no processor sensor is found (Windows shows it to administrators only)');
    }
    const readings: Readings = {};
    give(readings, 'system.cpuTemperatureC', temperatureC, '');
    return readings;
  },
};

const BATTERY: SlowReader = {
  facts: ['system.onBattery', 'system.batteryPercent'],
  async read(source) {
    const { hasBattery, percent, acConnected } = await source.battery();
    const readings: Readings = {};
    give(readings, 'system.onBattery', hasBattery && !acConnected, '');
    if (hasBattery) give(readings, 'system.batteryPercent', percent, '');
    else readings['system.batteryPercent'] = [null, 'unsupported', 0, 'this machine has no battery'];
    return readings;
  },
};

const PROCESSES: SlowReader = {
  facts: ['system.processes'],
  isDear: true,
  async read(source) {
    const readings: Readings = {};
    give(readings, 'system.processes', (await source.processes()).all, '');
    return readings;
  },
};

function unsupported({ facts }: SlowReader, why: string): Readings {
  return Object.fromEntries(facts.map((fact) => [fact, [null, 'unsupported', 0, why]]));
}

/** Bytes a second as 10^6 bytes a second; null and -1 are what systeminformation has before its second reading. */
function rates({ facts }: SlowReader, ...bytes: (number | null | undefined)[]): Readings {
  const readings: Readings = {};
  for (const [index, fact] of facts.entries()) {
    const rate = bytes[index];
    give(readings, fact, typeof rate === 'number' && rate >= 0 ? rate / 1e6 : null, NONE_YET);
  }
  return readings;
}
