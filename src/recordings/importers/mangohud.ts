/** MangoHud's CSV, of every version: its columns and its units changed under the same names. */
import type { FactValue } from '../../shapes/reading.js';
import { readNumber, splitCells } from './cells.js';
import { type FactNames, findColumns, type NumberColumn, readColumns, readNames } from './columns.js';
import type { ImportContext, Importer, LineTaker, LogRow } from './importer.js';
import { upperMedian } from './median.js';
import { addMemoryShare } from './memory-share.js';
import { wrongWidth } from './rejections.js';
import { Sessions } from './sessions.js';

const FACTS: FactNames = {
  'frame.fps': ['fps'],
  'frame.intervalMs': ['frametime'],
  'system.cpuPercent': ['cpu_load'],
  'system.cpuTemperatureC': ['cpu_temp'],
  'gpu.utilizationPercent': ['gpu_load'],
  'gpu.temperatureC': ['gpu_temp'],
  // The one core clock is both: graphics and SM run at it.
  'gpu.graphicsClockMhz': ['gpu_core_clock'],
  'gpu.smClockMhz': ['gpu_core_clock'],
  'gpu.memoryClockMhz': ['gpu_mem_clock'],
  'gpu.memoryUsedMib': ['gpu_vram_used'],
  'gpu.powerW': ['gpu_power'],
  'system.memoryUsedMib': ['ram_used'],
};
/** Memory is told in GiB without a unit. */
const UNITS: Readonly<Record<string, string>> = { gpu_vram_used: 'GiB', ram_used: 'GiB' };
/** Until 0.4.1 there was no header. */
const OLD_COLUMNS = ['fps', 'cpu_load', 'gpu_load', 'elapsed'];
/** Rows after which the unit of the frame time is decided. */
const DECIDING_ROWS = 101;
/** fps × frametime is about 1,000 where that is in ms, and 1,000,000 where it is in µs: half way in magnitude. */
const MICROSECONDS_ABOVE = 31_623;

interface Table {
  width: number;
  elapsed: number;
  /** Ns, or µs before 0.6.0, which had no frame time. */
  elapsedPerMs: number;
  numbers: NumberColumn[];
}

function tableOf(cells: readonly string[]): Table | null {
  const columns = readNames(
    cells,
    cells.map((cell) => UNITS[cell.trim()] ?? ''),
  );
  const elapsed = columns.findIndex(({ name }) => name === 'elapsed');
  if (elapsed < 0 || !columns.some(({ name }) => name === 'fps')) return null;
  const hasFrameTime = columns.some(({ name }) => name === 'frametime');
  return {
    width: cells.length,
    elapsed,
    elapsedPerMs: hasFrameTime ? 1e6 : 1e3,
    numbers: findColumns(columns, FACTS),
  };
}

/** The importer of MangoHud. */
export const mangohud: Importer = {
  format: 'mangohud',
  isPerFrame: false,
  sniff: (head) => {
    const at = head[0] === 'v1' ? head.findIndex((line) => line.startsWith('os,cpu,gpu,')) : 0;
    return (head[at] ?? '').startsWith('os,cpu,gpu,ram,kernel,driver');
  },
  open: (context) => new Reader(context),
};

class Reader implements LineTaker {
  readonly #context: ImportContext;
  #table: Table | null = null;
  /** The names of the system, while the line after them, which holds its values, is awaited. */
  #system: readonly string[] | null = null;
  /** The machine's memory in all; null where the log does not tell it. */
  #memoryMib: number | null = null;
  readonly #sessions = new Sessions();
  /** The newest row: the last line of a log that is written to may be cut off within its time. */
  #newest: LogRow | null = null;
  /** Rows whose frame time has no unit yet; null once it is decided. */
  #undecided: LogRow[] | null = [];
  #perMs = 1;
  #addedMs = Number.NEGATIVE_INFINITY;

  constructor(context: ImportContext) {
    this.#context = context;
  }

  take(line: string): string | null {
    if (line.trim() === '' || line.startsWith('-----')) return null;
    if (line.startsWith('os,cpu,gpu,')) {
      if (this.#newest !== null) this.#add(this.#newest);
      this.#newest = null;
      this.#decide();
      this.#system = line.split(',');
      this.#memoryMib = null;
      this.#table = tableOf(OLD_COLUMNS);
      this.#sessions.begin();
      this.#undecided = [];
      return null;
    }
    if (this.#system !== null) {
      this.#memoryMib = memoryOf(this.#system, line.split(','));
      this.#system = null;
      return null;
    }
    // `v1` and the version stand before the names of the system.
    if (/^v\d+$/.test(line) || (this.#table !== null && /^\d+\.\d+\.\d+\S*$/.test(line))) return null;
    return this.#takeRow(splitCells(line));
  }

  end(): void {
    const last = this.#newest;
    this.#newest = null;
    if (last !== null && !last.begins && last.timeMs < this.#addedMs)
      this.#context.reject('the last line is cut off');
    else if (last !== null) this.#add(last);
    this.#decide();
  }

  #takeRow(cells: readonly string[]): string | null {
    const header = tableOf(cells);
    if (header !== null) {
      this.#table = header;
      return null;
    }
    const table = this.#table;
    // The version's line.
    if (table === null) return null;
    if (cells.length !== table.width) return wrongWidth(cells.length, table.width);
    const elapsed = readNumber(cells[table.elapsed]);
    if (elapsed === null) return 'it says no elapsed time';
    const facts: Record<string, FactValue> = {};
    readColumns(cells, table.numbers, facts, this.#context);
    addMemoryShare(facts, 'system.memoryUsedMib', this.#memoryMib);
    const newest = this.#newest;
    if (newest !== null) this.#add(newest);
    this.#newest = { timeMs: elapsed / table.elapsedPerMs, facts, begins: this.#sessions.takeRow() };
    return null;
  }

  #add(row: LogRow): void {
    this.#addedMs = row.timeMs;
    if (this.#undecided === null) this.#tell(row);
    else if (this.#undecided.push(row) >= DECIDING_ROWS) this.#decide();
  }

  /** Versions until 0.6.8 tell frame times in µs; what the numbers say is surer than what the version says. */
  #decide(): void {
    const rows = this.#undecided ?? [];
    const products = rows.flatMap(({ facts }) => {
      const product = Number(facts['frame.fps']) * Number(facts['frame.intervalMs']);
      return product > 0 ? [product] : [];
    });
    this.#perMs = upperMedian(products) > MICROSECONDS_ABOVE ? 1000 : 1;
    this.#undecided = null;
    for (const row of rows) this.#tell(row);
  }

  #tell(row: LogRow): void {
    const interval = row.facts['frame.intervalMs'];
    if (this.#perMs !== 1 && typeof interval === 'number')
      row.facts['frame.intervalMs'] = interval / this.#perMs;
    this.#context.emit(row);
  }
}

/** Told in KiB; values are not quoted, and a comma in a name shifts them. */
function memoryOf(names: readonly string[], values: readonly string[]): number | null {
  const ramKib = values.length === names.length ? readNumber(values[names.indexOf('ram')]) : null;
  return ramKib === null || ramKib <= 0 ? null : ramKib / 1024;
}
