/** GPU-Z's sensor log. */
import type { FactValue } from '../../shapes/reading.js';
import { isMissing, readNumber } from './cells.js';
import { type FactNames, findColumns, type NumberColumn, readColumns, readNames } from './columns.js';
import type { ImportContext, Importer, LineTaker } from './importer.js';
import { limitOfMask, PERFCAP } from './limited-by.js';
import { NO_HEADER, noTime, wrongWidth } from './rejections.js';
import { Sessions } from './sessions.js';

const FACTS: FactNames = {
  'gpu.temperatureC': ['gputemperature'],
  'gpu.hotSpotC': ['hotspot', 'gputemperature(hotspot)', 'gpuhotspot'],
  'gpu.memoryTemperatureC': ['memorytemperature'],
  'gpu.graphicsClockMhz': ['gpuclock', 'gpucoreclock'],
  'gpu.smClockMhz': ['gpuclock', 'gpucoreclock'],
  'gpu.memoryClockMhz': ['memoryclock', 'gpumemoryclock'],
  'gpu.utilizationPercent': ['gpuload'],
  'gpu.memoryBusyPercent': ['memorycontrollerload'],
  'gpu.memoryUsedMib': ['memoryused', 'memoryused(dedicated)'],
  'gpu.fanPercent': ['fanspeed(%)', 'fan1speed(%)', 'fanspeed'],
  // The board's draw is what limits are about; older cards and AMD's tell less.
  'gpu.powerW': ['boardpowerdraw', 'gpuchippowerdraw', 'gpuonlypowerdraw', 'gpupower', 'powerconsumption(w)'],
  'system.cpuTemperatureC': ['cputemperature'],
  'system.memoryUsedMib': ['systemmemoryused'],
};

/** How a row begins. */
const ROW = /^\s*\d{4}-\d{2}-\d{2} /;

interface Table {
  width: number;
  numbers: NumberColumn[];
  perfCap: number;
  isClosed: boolean;
}

/** Header and rows end with a separator, and cells are padded. */
function cellsOf(line: string): string[] {
  const cells = line.split(',');
  if ((cells.at(-1) ?? '').trim() === '') cells.pop();
  return cells;
}

function isClosed(line: string): boolean {
  return line.trimEnd().endsWith(',');
}

function isHeader(line: string): boolean {
  return (
    /^\s*Date\s*,/.test(line) &&
    /\[\s*(?:MHz|W|V|%|MB|RPM|.{0,2}[CF])\s*\]/.test(line) &&
    !/^\s*Date\s*,\s*Time\s*,/.test(line)
  );
}

/** The importer of GPU-Z. */
export const gpuZ: Importer = {
  format: 'gpu-z',
  isPerFrame: false,
  sniff: ([first = '']) => isHeader(first),
  open: (context) => new Reader(context),
};

class Reader implements LineTaker {
  readonly #context: ImportContext;
  #table: Table | null = null;
  readonly #sessions = new Sessions();

  constructor(context: ImportContext) {
    this.#context = context;
  }

  take(line: string): string | null {
    if (line.trim() === '') return null;
    const cells = cellsOf(line);
    // The tool appends to its file: each start writes the header again, also with other columns.
    if (isHeader(line)) {
      const names = this.#namesOf(cells);
      const columns = readNames(names);
      const perfCap = columns.findIndex(({ name }) => name.startsWith('perfcapreason'));
      this.#table = {
        width: columns.length,
        numbers: findColumns(columns, FACTS),
        perfCap,
        isClosed: isClosed(line),
      };
      this.#context.columns(names, [0, perfCap, ...this.#table.numbers.map(({ index }) => index)]);
      this.#sessions.begin();
      return null;
    }
    const table = this.#table;
    if (table === null) return NO_HEADER;
    if (cells.length !== table.width) return wrongWidth(cells.length, table.width);
    // Each row ends with a separator: one without is cut off within its last number.
    if (table.isClosed && !isClosed(line)) return 'it is cut off';
    if (cells.every(isMissing)) return 'the tool missed this reading';
    const timeMs = this.#context.clock.read(cells[0] ?? '');
    if (timeMs === null) return noTime(cells[0]);
    const facts: Record<string, FactValue> = {};
    readColumns(cells, table.numbers, facts, this.#context);
    const reason = readNumber(cells[table.perfCap]);
    if (reason !== null && Number.isInteger(reason)) facts['gpu.limitedBy'] = limitOfMask(reason, PERFCAP);
    this.#context.emit({ timeMs, facts, begins: this.#sessions.takeRow() });
    return null;
  }

  end(): void {}

  /** A header that was padded with NUL bytes may have a row behind it, on its own line. */
  #namesOf(cells: readonly string[]): readonly string[] {
    const row = cells.findIndex((cell) => ROW.test(cell));
    if (row < 0) return cells;
    this.#context.note('a row on the line of the header is left out');
    return cells.slice(0, row);
  }
}
