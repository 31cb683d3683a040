/** Reads processor and memory through Node itself, on machines without /proc. */
import os from 'node:os';
import type { Readings } from '../../shapes/reading.js';
import { give, giveCpu, type MachineProvider, Unsupported } from './provider.js';
import { CpuMeter } from './rates.js';

/** The part of `node:os` that is read. */
export interface OsSource {
  cpus(): { times: { user: number; nice: number; sys: number; idle: number; irq: number } }[];
  totalmem(): number;
  freemem(): number;
  loadavg(): number[];
}

const BYTES_PER_MIB = 1_048_576;

/** The fast facts wherever Node runs; what Node cannot tell is left to other providers. */
export class OsProvider implements MachineProvider {
  readonly name = 'os';
  readonly #platform: NodeJS.Platform;
  readonly #source: OsSource;
  readonly #cpu = new CpuMeter();
  readonly #unsupported = new Unsupported();

  constructor(platform: NodeJS.Platform = process.platform, source: OsSource = os) {
    this.#platform = platform;
    this.#source = source;
  }

  sample(): Readings {
    const readings: Readings = {};
    this.#addCpu(readings);
    this.#addMemory(readings);
    if (this.#platform === 'win32') {
      this.#unsupported.tell(readings, 'Windows keeps no load average', 'system.load1');
    } else {
      give(readings, 'system.load1', this.#source.loadavg()[0], 'the system tells no load average');
    }
    return readings;
  }

  close(): void {}

  #addCpu(readings: Readings): void {
    let busy = 0;
    let idle = 0;
    for (const { times } of this.#source.cpus()) {
      busy += times.user + times.nice + times.sys + times.irq;
      idle += times.idle;
    }
    giveCpu(readings, this.#cpu.read({ busy, total: busy + idle }));
  }

  #addMemory(readings: Readings): void {
    if (this.#platform === 'darwin') {
      // Node's freemem leaves out what macOS would give back at once, so the machine would always look full.
      this.#unsupported.tell(
        readings,
        'Node counts the file cache of macOS as used',
        'system.memoryPercent',
        'system.memoryUsedMib',
      );
      return;
    }
    const total = this.#source.totalmem();
    const used = total - this.#source.freemem();
    const why = 'the system tells no memory size';
    give(readings, 'system.memoryUsedMib', total > 0 ? used / BYTES_PER_MIB : null, why);
    give(readings, 'system.memoryPercent', total > 0 ? (100 * used) / total : null, why);
  }
}
