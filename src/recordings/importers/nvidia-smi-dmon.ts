/** `nvidia-smi dmon`, with `-o D`, `T` or `DT` and without times at all. */
import type { FactValue } from '../../shapes/reading.js';
import { CardRows } from './card-rows.js';
import { type FactNames, findColumns, type NumberColumn, readColumns, readNames } from './columns.js';
import type { ImportContext, Importer, LineTaker } from './importer.js';
import { type FlagColumn, findFlags, readFlags } from './limited-by.js';
import { NO_HEADER, wrongWidth } from './rejections.js';

const FACTS: FactNames = {
  'gpu.powerW': ['pwr'],
  // `gtemp` since 2017; HBM is `mtemp`.
  'gpu.temperatureC': ['gtemp', 'temp'],
  'gpu.memoryTemperatureC': ['mtemp'],
  'gpu.utilizationPercent': ['sm'],
  'gpu.memoryBusyPercent': ['mem'],
  'gpu.encoderPercent': ['enc'],
  'gpu.decoderPercent': ['dec'],
  'gpu.memoryClockMhz': ['mclk'],
  'gpu.smClockMhz': ['pclk'],
  'gpu.memoryUsedMib': ['fb'],
  'gpu.pcieReceiveMegabytesPerS': ['rxpci'],
  'gpu.pcieTransmitMegabytesPerS': ['txpci'],
};

/** One header's columns. */
interface Table {
  names: readonly string[];
  date: number;
  time: number;
  card: number;
  numbers: NumberColumn[];
  flags: FlagColumn[];
}

/** `#` may touch the first name. */
function wordsOf(line: string): string[] {
  return line
    .replace(/^\s*#/, '')
    .trim()
    .split(/\s+|,\s*/);
}

function isHeader(line: string): boolean {
  const words = wordsOf(line).map((word) => word.toLowerCase());
  return /^\s*#/.test(line) && words.includes('gpu') && words.length > 1 && !isPmonHeader(line);
}

/** The header of `nvidia-smi pmon`, whose rows tell what share of a card each process takes, and not the card. */
export function isPmonHeader(line: string): boolean {
  return /^\s*#.*\bgpu\b.*\bpid\b.*\btype\b/i.test(line);
}

/** The importer of `nvidia-smi dmon`. */
export const nvidiaSmiDmon: Importer = {
  format: 'nvidia-smi-dmon',
  isPerFrame: false,
  sniff: ([first = '']) => /^\s*#\s*(?:gpu|date|time)\b/i.test(first) && isHeader(first),
  open: (context) => new Reader(context),
};

class Reader implements LineTaker {
  readonly #context: ImportContext;
  readonly #rows: CardRows;
  #names: readonly string[] | null = null;
  #table: Table | null = null;
  /** Rows of `pmon` follow, which a script appended. */
  #isOfProcesses = false;
  #isTimed = false;
  /** Rounds over all cards, where there are no times. */
  #rounds = -1;
  #lastCard = Number.POSITIVE_INFINITY;

  constructor(context: ImportContext) {
    this.#context = context;
    this.#rows = new CardRows((row) => context.emit(row));
  }

  take(line: string): string | null {
    if (line.trim() === '') return null;
    if (/^\s*#/.test(line)) {
      this.#takeHeader(line);
      return null;
    }
    const table = this.#table;
    if (table === null)
      return this.#isOfProcesses ? 'it is of nvidia-smi pmon and tells a process' : NO_HEADER;
    const words = wordsOf(line);
    if (words.length !== table.names.length) return wrongWidth(words.length, table.names.length);
    const card = Number(words[table.card]);
    if (!Number.isInteger(card) || card < 0) return `"${words[table.card]}" is no card`;
    const timeMs = this.#timeOf(words, table, card);
    if (timeMs === null) return 'its time cannot be read';
    const facts: Record<string, FactValue> = {};
    readColumns(words, table.numbers, facts, this.#context);
    readFlags(words, table.flags, facts);
    this.#rows.add(timeMs, String(card), facts);
    return null;
  }

  end(): void {
    this.#rows.end();
  }

  /** Two lines, names and units; they come again every 20 rows or so. */
  #takeHeader(line: string): void {
    const words = wordsOf(line);
    if (isPmonHeader(line)) {
      this.#isOfProcesses = true;
      this.#names = null;
      this.#table = null;
    } else if (isHeader(line)) {
      this.#isOfProcesses = false;
      this.#names = words.map((word) => word.toLowerCase());
      this.#use(this.#names, []);
    } else if (this.#names !== null && words.length === this.#names.length) this.#use(this.#names, words);
  }

  #use(names: readonly string[], units: readonly string[]): void {
    const columns = readNames(names, units);
    this.#table = {
      names,
      date: names.indexOf('date'),
      time: names.indexOf('time'),
      card: names.indexOf('gpu'),
      numbers: findColumns(columns, FACTS),
      flags: findFlags(columns, { tviol: 'thermal', pviol: 'power' }),
    };
  }

  #timeOf(words: readonly string[], { date, time }: Table, card: number): number | null {
    this.#isTimed ||= time >= 0;
    if (time < 0) {
      if (!this.#isTimed && this.#rounds < 0)
        this.#context.note(
          `the log has no times; one round every ${this.#context.intervalMs} ms is assumed (--interval)`,
        );
      if (card <= this.#lastCard) this.#rounds++;
      this.#lastCard = card;
      return this.#rounds * this.#context.intervalMs;
    }
    const clock = words[time] ?? '';
    return date < 0
      ? this.#context.clock.readOfDay(clock)
      : this.#context.clock.read(`${words[date]} ${clock}`);
  }
}
