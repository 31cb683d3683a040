/** Reads a Linux machine from /proc and /sys, without starting a process. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readings } from '../../shapes/reading.js';
import { HeldFile } from './held-file.js';
import { parseDiskstats, parseLoadavg, parseMeminfo, parseNetDev, parseStat } from './proc-text.js';
import { give, giveCpu, type MachineProvider, SLOW_EVERY_MS, Unsupported } from './provider.js';
import { type Counters, CpuMeter, RateMeter } from './rates.js';
import { findCpuSensors, readHottestC, readPowerSupply } from './sysfs.js';

/** Where and how often to read; a running Linux needs none of it. */
export interface ProcOptions {
  /** Where /proc and /sys are mounted. */
  proc?: string;
  sys?: string;
  /** How often the slow facts are read, in ms. */
  slowEveryMs?: number;
}

const DISK = ['system.diskReadMegabytesPerS', 'system.diskWriteMegabytesPerS'] as const;
const NETWORK = ['system.networkReceiveMegabytesPerS', 'system.networkTransmitMegabytesPerS'] as const;

/** The facts of a Linux machine, out of small files that the kernel holds in memory. */
export class ProcProvider implements MachineProvider {
  readonly name = 'proc';
  readonly #proc: string;
  readonly #sys: string;
  readonly #slowEveryMs: number;
  readonly #files: Record<'stat' | 'meminfo' | 'diskstats' | 'netDev' | 'loadavg', HeldFile>;
  readonly #sensors: string[];
  readonly #unsupported = new Unsupported();
  readonly #cpu = new CpuMeter();
  readonly #disks = new RateMeter();
  readonly #network = new RateMeter();
  #slowAtMs = Number.NEGATIVE_INFINITY;

  constructor({ proc = '/proc', sys = '/sys', slowEveryMs = SLOW_EVERY_MS }: ProcOptions = {}) {
    this.#proc = proc;
    this.#sys = sys;
    this.#slowEveryMs = slowEveryMs;
    this.#files = {
      stat: new HeldFile(join(proc, 'stat')),
      meminfo: new HeldFile(join(proc, 'meminfo')),
      diskstats: new HeldFile(join(proc, 'diskstats')),
      netDev: new HeldFile(join(proc, 'net/dev')),
      loadavg: new HeldFile(join(proc, 'loadavg')),
    };
    this.#sensors = findCpuSensors(sys);
  }

  sample(atMs: number): Readings {
    const readings: Readings = {};
    const load = parseLoadavg(this.#files.loadavg.read() ?? '');
    this.#addCpu(readings);
    this.#addMemory(readings);
    give(readings, 'system.load1', load?.load1, 'no load in /proc/loadavg');
    if (atMs - this.#slowAtMs < this.#slowEveryMs) return readings;

    this.#slowAtMs = atMs;
    const disks = parseDiskstats(this.#files.diskstats.read() ?? '');
    const interfaces = parseNetDev(this.#files.netDev.read() ?? '');
    this.#addRates(readings, atMs, DISK, this.#disks, disks, 'no whole disk in /proc/diskstats');
    this.#addRates(readings, atMs, NETWORK, this.#network, interfaces, 'no interface in /proc/net/dev');
    give(readings, 'system.threads', load?.threads, 'no count of threads in /proc/loadavg');
    give(readings, 'system.processes', this.#countProcesses(), 'no processes in /proc');
    this.#addTemperature(readings);
    this.#addPowerSupply(readings);
    return readings;
  }

  close(): void {
    for (const file of Object.values(this.#files)) file.close();
  }

  #addCpu(readings: Readings): void {
    const times = parseStat(this.#files.stat.read() ?? '');
    giveCpu(readings, times === null ? { why: 'no processor times in /proc/stat' } : this.#cpu.read(times));
  }

  #addMemory(readings: Readings): void {
    const memory = parseMeminfo(this.#files.meminfo.read() ?? '');
    const why = 'no MemTotal and MemAvailable in /proc/meminfo';
    give(readings, 'system.memoryUsedMib', memory?.usedMib, why);
    give(readings, 'system.memoryPercent', memory && (100 * memory.usedMib) / memory.totalMib, why);
  }

  #addRates(
    readings: Readings,
    atMs: number,
    facts: readonly [input: string, output: string],
    meter: RateMeter,
    counters: Counters,
    whyNone: string,
  ): void {
    if (counters.size === 0) {
      this.#unsupported.tell(readings, whyNone, ...facts);
      return;
    }
    const rates = meter.read(atMs, counters);
    const [input, output, why] = 'why' in rates ? [null, null, rates.why] : [rates.input, rates.output, ''];
    give(readings, facts[0], input, why);
    give(readings, facts[1], output, why);
  }

  #countProcesses(): number | undefined {
    try {
      const count = readdirSync(this.#proc).filter((entry) => /^\d+$/.test(entry)).length;
      return count === 0 ? undefined : count;
    } catch {
      return undefined;
    }
  }

  #addTemperature(readings: Readings): void {
    const fact = 'system.cpuTemperatureC';
    if (this.#sensors.length === 0) this.#unsupported.tell(readings, 'no processor sensor under /sys', fact);
    else give(readings, fact, readHottestC(this.#sensors), 'the processor sensor cannot be read');
  }

  #addPowerSupply(readings: Readings): void {
    const supply = readPowerSupply(this.#sys);
    if (supply === null) this.#unsupported.tell(readings, 'no power supply under /sys', 'system.onBattery');
    else give(readings, 'system.onBattery', supply.onBattery, '');
    if (supply === null || supply.batteryPercent === null) {
      this.#unsupported.tell(readings, 'this machine has no battery', 'system.batteryPercent');
    } else give(readings, 'system.batteryPercent', supply.batteryPercent, '');
  }
}
