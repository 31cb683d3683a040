/** MSI Afterburner's hardware monitoring log, `.hml`, also as spreadsheets save it. */
import type { FactValue } from '../../shapes/reading.js';
import { splitCells } from './cells.js';
import {
  type ColumnName,
  columnLabel,
  type FactNames,
  findColumns,
  type NumberColumn,
  readColumns,
  squeeze,
} from './columns.js';
import type { ImportContext, Importer, LineTaker } from './importer.js';
import { type FlagColumn, findFlags, type Limit, readFlags } from './limited-by.js';
import { noTime } from './rejections.js';
import { Sessions } from './sessions.js';

/** With one card the names begin with what they tell, with several with the card: `GPU1 usage`. */
const CARD: FactNames = {
  'gpu.temperatureC': ['gputemperature', 'temperature'],
  'gpu.hotSpotC': ['hotspottemperature', 'gpuhotspottemperature', 'temperature2'],
  'gpu.memoryTemperatureC': ['memorytemperature'],
  'gpu.utilizationPercent': ['gpuusage', 'usage'],
  'gpu.memoryBusyPercent': ['fbusage'],
  'gpu.graphicsClockMhz': ['coreclock'],
  'gpu.smClockMhz': ['coreclock'],
  'gpu.memoryClockMhz': ['memoryclock'],
  'gpu.memoryUsedMib': ['memoryusage'],
  // In some files it is a share of the limit: the unit tells, and then it is no power.
  'gpu.powerW': ['power'],
  'gpu.fanPercent': ['fanspeed'],
};
const REST: FactNames = {
  'frame.fps': ['framerate'],
  'frame.intervalMs': ['frametime'],
  'system.cpuPercent': ['cpuusage'],
  'system.cpuTemperatureC': ['cputemperature'],
  'system.memoryUsedMib': ['ramusage'],
};
const FLAGS: Readonly<Record<string, Limit>> = {
  templimit: 'thermal',
  powerlimit: 'power',
  voltagelimit: 'other',
  noloadlimit: 'none',
};
/** What the first two cells say: the kind of the line and its time. */
const LINE = /^\s*"?(\d{1,2})"?\s*,\s*"?([^",]*\d:\d\d[^",]*)"?\s*(?:,|$)/;
const [START, CARDS, NAMES, COLUMN, DATA] = [0, 1, 2, 3, 80];

/** The importer of MSI Afterburner. */
export const afterburner: Importer = {
  format: 'afterburner',
  isPerFrame: false,
  sniff: ([first = '']) => LINE.test(first) && /Hardware monitoring log/i.test(first),
  open: (context) => new Reader(context),
};

class Reader implements LineTaker {
  readonly #context: ImportContext;
  #names: string[] = [];
  #units: string[] = [];
  /** Found when the first row needs them: names come first, then a line for the unit of each. */
  #columns: { numbers: NumberColumn[]; flags: FlagColumn[] } | null = null;
  readonly #sessions = new Sessions();

  constructor(context: ImportContext) {
    this.#context = context;
    context.clock.useOrder('dayFirst');
  }

  take(line: string): string | null {
    if (line.trim() === '') return null;
    const kind = LINE.exec(line)?.[1];
    if (kind === undefined) return 'it does not begin with a kind and a time';
    const cells = splitCells(line);
    if (Number(kind) === DATA) return this.#takeRow(cells);
    return this.#takeHeader(Number(kind), cells) ? null : `lines of kind ${kind} are unknown`;
  }

  end(): void {}

  #takeHeader(kind: number, cells: readonly string[]): boolean {
    switch (kind) {
      // Every start is a new session, also one without a row.
      case START:
        this.#sessions.begin();
        return true;
      case CARDS:
        return true;
      case NAMES:
        this.#names = trimEnd(cells.slice(2));
        this.#units = [];
        this.#columns = null;
        return true;
      case COLUMN:
        this.#takeUnit(Number(cells[2]), cells[3]?.trim() ?? '');
        return true;
      default:
        return false;
    }
  }

  #findColumns(): { numbers: NumberColumn[]; flags: FlagColumn[] } {
    const found = columnsOf(this.#names, this.#units);
    const used = [...found.numbers, ...found.flags].map(({ index }) => index);
    this.#context.columns(this.#names, used);
    return found;
  }

  /** The number comes from the file: a column that there is not has no unit. */
  #takeUnit(index: number, unit: string): void {
    if (!(index >= 0 && index < this.#names.length)) return;
    this.#units[index] = unit;
    this.#columns = null;
  }

  #takeRow(cells: readonly string[]): string | null {
    if (this.#names.length === 0) return 'no names of columns stand before it';
    const values = cells.slice(2);
    const isFilled = values.slice(this.#names.length).some((cell) => cell.trim() !== '');
    if (values.length < this.#names.length || isFilled)
      return `${values.length} values where there are ${this.#names.length} columns`;
    const timeMs = this.#context.clock.read(cells[1] ?? '');
    if (timeMs === null) return noTime(cells[1]);
    this.#columns ??= this.#findColumns();
    const facts: Record<string, FactValue> = {};
    readColumns(values, this.#columns.numbers, facts, this.#context);
    readFlags(values, this.#columns.flags, facts);
    this.#context.emit({ timeMs, facts, begins: this.#sessions.takeRow() });
    return null;
  }
}

/** Spreadsheets fill the lines up to the longest one. */
function trimEnd(cells: readonly string[]): string[] {
  const last = cells.findLastIndex((cell) => cell.trim() !== '');
  return cells.slice(0, last + 1);
}

function columnsOf(
  names: readonly string[],
  units: readonly string[],
): { numbers: NumberColumn[]; flags: FlagColumn[] } {
  const cards = new Map<number, ColumnName[]>();
  const rest: ColumnName[] = [];
  for (const [index, text] of names.entries()) {
    const unit = units[index] ?? '';
    const numbered = /^gpu(\d+)(.+)$/.exec(squeeze(text));
    const column = { index, name: numbered?.[2] ?? squeeze(text), unit, label: columnLabel(index, text) };
    const number = Number(numbered?.[1] ?? 0);
    const ofCard = cards.get(number) ?? [];
    ofCard.push(column);
    cards.set(number, ofCard);
    if (numbered === null) rest.push(column);
  }
  // Columns without a number are the card's where there is one card, and the machine's otherwise.
  if (cards.size > 1) cards.delete(0);
  const ordered = [...cards].sort(([a], [b]) => a - b).map(([, columns]) => columns);
  return {
    numbers: [
      ...ordered.flatMap((columns, card) => findColumns(columns, CARD, card)),
      ...findColumns(rest, REST),
    ],
    flags: ordered.flatMap((columns, card) => findFlags(columns, FLAGS, card)),
  };
}
