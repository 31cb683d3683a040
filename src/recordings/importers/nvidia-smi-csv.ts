/** `nvidia-smi --query-gpu=… --format=csv`, with and without units, also as scripts of one's own write it. */
import type { FactValue } from '../../shapes/reading.js';
import { CardRows } from './card-rows.js';
import { readQuantity, splitCells } from './cells.js';
import { type FactNames, findColumns, type NumberColumn, readColumns, readNames } from './columns.js';
import type { ImportContext, Importer, LineTaker } from './importer.js';
import {
  type FlagColumn,
  findFlags,
  type Limit,
  limitOfMask,
  NVML_REASONS,
  readFlags,
} from './limited-by.js';
import { addMemoryShare } from './memory-share.js';
import { NO_HEADER, noTime, wrongWidth } from './rejections.js';

/** The name of a query and the one that a driver prints for it. */
export const NVIDIA_SMI_FACTS: FactNames = {
  'gpu.powerW': ['power.draw', 'power.draw.average', 'power.draw.instant'],
  'gpu.temperatureC': ['temperature.gpu'],
  'gpu.memoryTemperatureC': ['temperature.memory'],
  // T.Limit counts down to the point where the card slows itself.
  'gpu.thermalMarginC': ['temperature.gpu.tlimit'],
  'gpu.utilizationPercent': ['utilization.gpu'],
  'gpu.memoryBusyPercent': ['utilization.memory'],
  'gpu.encoderPercent': ['utilization.encoder'],
  'gpu.decoderPercent': ['utilization.decoder'],
  'gpu.memoryUsedMib': ['memory.used'],
  'gpu.graphicsClockMhz': ['clocks.current.graphics', 'clocks.gr'],
  'gpu.smClockMhz': ['clocks.current.sm', 'clocks.sm'],
  'gpu.memoryClockMhz': ['clocks.current.memory', 'clocks.mem'],
  'gpu.videoClockMhz': ['clocks.current.video', 'clocks.video'],
  'gpu.fanPercent': ['fan.speed'],
  'gpu.powerLimitW': ['enforced.power.limit', 'power.limit'],
  'gpu.powerLimitMinW': ['power.min_limit'],
  'gpu.powerLimitMaxW': ['power.max_limit'],
  'gpu.powerLimitDefaultW': ['power.default_limit'],
};

/** What share of it is used is a fact; how much there is in all is none. */
const TOTAL: FactNames = { 'gpu.memoryUsedMib': ['memory.total'] };

/** Behind `clocks_throttle_reasons.` or, since driver 535, `clocks_event_reasons.`. */
const REASONS: Readonly<Record<string, Limit>> = {
  gpu_idle: 'none',
  applications_clocks_setting: 'other',
  sw_power_cap: 'power',
  hw_slowdown: 'hardware',
  hw_thermal_slowdown: 'thermal',
  hw_power_brake_slowdown: 'hardware',
  sw_thermal_slowdown: 'thermal',
  sync_boost: 'other',
};
const FLAGS: Readonly<Record<string, Limit>> = Object.fromEntries(
  Object.entries(REASONS).flatMap(([reason, limit]) => [
    [`clocks_throttle_reasons.${reason}`, limit],
    [`clocks_event_reasons.${reason}`, limit],
  ]),
);
const MASKS = ['clocks_throttle_reasons.active', 'clocks_event_reasons.active'];
/** What names a card, the best first; `gpu` is a script's own. */
const KEYS = ['gpu', 'index', 'gpu_uuid', 'uuid', 'pci.bus_id', 'gpu_bus_id', 'gpu_serial', 'serial'];

/** One header's columns. */
interface Table {
  width: number;
  time: number;
  key: number;
  name: number;
  state: number;
  mask: number;
  numbers: NumberColumn[];
  total: NumberColumn[];
  flags: FlagColumn[];
}

function tableOf(cells: readonly string[]): Table | null {
  const columns = readNames(cells);
  const place = (names: readonly string[]): number =>
    names.map((name) => columns.findIndex((column) => column.name === name)).find((index) => index >= 0) ??
    -1;
  const time = place(['timestamp']);
  const numbers = findColumns(columns, NVIDIA_SMI_FACTS);
  const flags = findFlags(columns, FLAGS);
  const [state, mask] = [place(['pstate']), place(MASKS)];
  if (time < 0 || (numbers.length === 0 && flags.length === 0 && state < 0 && mask < 0)) return null;
  return {
    width: cells.length,
    time,
    key: place(KEYS),
    name: place(['name', 'gpu_name']),
    state,
    mask,
    numbers,
    total: findColumns(columns, TOTAL),
    flags,
  };
}

/** The importer of `nvidia-smi --query-gpu`. */
export const nvidiaSmiCsv: Importer = {
  format: 'nvidia-smi-csv',
  isPerFrame: false,
  sniff: ([first = '']) => /timestamp/i.test(first) && tableOf(splitCells(first)) !== null,
  open: (context) => new Reader(context),
};

class Reader implements LineTaker {
  readonly #context: ImportContext;
  readonly #rows: CardRows;
  #table: Table | null = null;

  constructor(context: ImportContext) {
    this.#context = context;
    this.#rows = new CardRows((row) => context.emit(row));
  }

  take(line: string): string | null {
    if (line.trim() === '') return null;
    let cells = splitCells(line);
    // Loops in scripts print the header again, and later ones may ask for other columns.
    const header = line.includes('timestamp') ? tableOf(cells) : null;
    if (header !== null) {
      this.#table = header;
      return null;
    }
    const table = this.#table;
    if (table === null) return NO_HEADER;
    if (cells.length > table.width && table.name >= 0) cells = joinName(cells, table) ?? cells;
    if (cells.length !== table.width) return wrongWidth(cells.length, table.width);
    const timeMs = this.#context.clock.read(cells[table.time] ?? '');
    if (timeMs === null) return noTime(cells[table.time]);
    this.#rows.add(
      timeMs,
      table.key < 0 ? null : (cells[table.key]?.trim() ?? ''),
      factsOf(cells, table, this.#context),
    );
    return null;
  }

  end(): void {
    this.#rows.end();
  }
}

/**
 * A card's name is the only free text: the cells that are too many are its commas. Null where that would make a value a
 * part of the name: the commas are then decimal ones, or the row is none of this table.
 */
function joinName(cells: readonly string[], { width, name }: Table): string[] | null {
  const surplus = cells.length - width;
  const parts = cells.slice(name, name + surplus + 1);
  const isTight = (cell: string): boolean => !/^\s/.test(cell);
  const hasDecimalComma = /^\s/.test(cells[1] ?? '') && cells.slice(1).some(isTight);
  if (hasDecimalComma || parts.some(isValue)) return null;
  const joined = parts.join(',');
  return [...cells.slice(0, name), joined, ...cells.slice(name + surplus + 1)];
}

/** What stands in the other columns: numbers, marks for none, states, masks and flags. */
function isValue(cell: string): boolean {
  return readQuantity(cell) !== undefined || /^\s*(?:P\d+|0x[\da-f]+|(?:not )?active)\s*$/i.test(cell);
}

function factsOf(cells: readonly string[], table: Table, context: ImportContext): Record<string, FactValue> {
  const facts: Record<string, FactValue> = {};
  readColumns(cells, table.numbers, facts, context);
  const total: Record<string, FactValue> = {};
  readColumns(cells, table.total, total, context);
  addMemoryShare(facts, 'gpu.memoryUsedMib', numberOf(total['gpu.memoryUsedMib']));
  const state = /^P(\d+)$/.exec(cells[table.state]?.trim() ?? '');
  if (state !== null) facts['gpu.performanceState'] = Number(state[1]);
  readFlags(cells, table.flags, facts);
  const mask = /^0x([0-9a-f]+)$/i.exec(cells[table.mask]?.trim() ?? '');
  // Bits above 32 mean nothing yet, and JavaScript's bit operations would drop them.
  if (mask !== null)
    facts['gpu.limitedBy'] = limitOfMask(Number.parseInt(mask[1]?.slice(-8) ?? '0', 16), NVML_REASONS);
  return facts;
}

function numberOf(value: FactValue | undefined): number | null {
  return typeof value === 'number' ? value : null;
}
