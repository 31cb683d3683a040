/** The tables that `convert` and `export` write as CSV, read back to the samples that they were made of. */
import { lookUpFact } from '../../facts/catalogue.js';
import { gapLimitMs } from '../../facts/gap.js';
import type { FactValue } from '../../shapes/reading.js';
import { STREAM_COLUMN, TIME_COLUMN } from '../tables/table.js';
import type { WallClock } from '../wall-time.js';
import { splitCells } from './cells.js';
import { columnLabel, type NumberColumn, numberColumn, readColumns } from './columns.js';
import type { ImportContext, Importer, LineTaker } from './importer.js';
import { NO_HEADER, noTime, wrongWidth } from './rejections.js';

const AT = 'atS';
/** The ticks ran on over a break by more than any gap is short of, and by more than two clocks of a run differ from tick to tick. */
const LEAST_BREAK_MS = gapLimitMs(0);
const CLOCKS_DIFFER_MS = 50;
const AS_WRITTEN = { scale: 1, offset: 0 };
const CLOCKS = Object.entries(TIME_COLUMN) as [WallClock, string][];

interface Table {
  width: number;
  clock: WallClock;
  numbers: NumberColumn[];
  /** Whose frame a row is; -1 where rows are none. */
  stream: number;
  words: { index: number; fact: string; isClaim: boolean }[];
}

function clockOf([time, at]: readonly string[]): WallClock | undefined {
  return at === AT ? CLOCKS.find(([, name]) => name === time)?.[0] : undefined;
}

function tableImporter(isPerFrame: boolean): Importer {
  return {
    format: 'evenkeel-table',
    isPerFrame,
    sniff: ([first = '']) => {
      const names = first.split(',');
      return clockOf(names) !== undefined && names.includes(STREAM_COLUMN) === isPerFrame;
    },
    open: (context) => new Reader(context),
  };
}

/** The importer of this agent's own CSV. */
export const evenkeelTable: Importer = tableImporter(false);
/** The same of one whose rows are frames. */
export const evenkeelFrames: Importer = tableImporter(true);

class Reader implements LineTaker {
  readonly #context: ImportContext;
  #table: Table | null = null;
  #last: { atMs: number; saidMs: number } | null = null;

  constructor(context: ImportContext) {
    this.#context = context;
  }

  take(line: string): string | null {
    if (line.trim() === '') return null;
    const cells = splitCells(line);
    const clock = clockOf(cells);
    if (clock !== undefined) {
      this.#table = this.#tableOf(cells, clock);
      return null;
    }
    const table = this.#table;
    if (table === null) return NO_HEADER;
    if (cells.length !== table.width) return wrongWidth(cells.length, table.width);
    return this.#takeRow(cells, table);
  }

  end(): void {}

  #takeRow(cells: readonly string[], table: Table): string | null {
    const [time = '', at = ''] = cells;
    const isOwn = table.clock === 'own';
    const saidMs = isOwn ? secondsMs(time) : Date.parse(table.clock === 'local' ? `${time}Z` : time);
    const atMs = secondsMs(at);
    const timeMs = isOwn ? saidMs : this.#context.clock.read(time);
    if (timeMs === null || Number.isNaN(saidMs) || Number.isNaN(atMs)) return noTime(`${time}, ${at}`);
    const facts: Record<string, FactValue> = {};
    readColumns(cells, table.numbers, facts, this.#context);
    for (const { index, fact, isClaim } of table.words) {
      const word = cells[index] ?? '';
      if (word !== '') facts[fact] = isClaim && /^(?:true|false)$/.test(word) ? word === 'true' : word;
    }
    const stream = cells[table.stream] ?? '';
    const row = { timeMs, facts, begins: this.#begins(saidMs, atMs) };
    this.#context.emit(stream === '' ? row : { ...row, stream });
    return null;
  }

  /** What was a new session of a tool: the ticks went on by a gap, and the clock by less. */
  #begins(saidMs: number, atMs: number): boolean {
    const last = this.#last;
    this.#last = { atMs, saidMs };
    if (last === null || saidMs < last.saidMs) return false;
    const stepMs = atMs - last.atMs;
    return stepMs > LEAST_BREAK_MS && stepMs - (saidMs - last.saidMs) > CLOCKS_DIFFER_MS;
  }

  #tableOf(cells: readonly string[], clock: WallClock): Table {
    const table: Table = { width: cells.length, clock, stream: -1, numbers: [], words: [] };
    const others: string[] = [];
    for (const [index, name] of cells.entries()) {
      if (index < 2) continue;
      const type = lookUpFact(name)?.type;
      if (name === STREAM_COLUMN) table.stream = index;
      else if (type === undefined) others.push(name);
      else if (type === 'number')
        table.numbers.push(numberColumn(index, name, AS_WRITTEN, columnLabel(index, name)));
      else table.words.push({ index, fact: name, isClaim: type === 'boolean' });
    }
    if (others.length > 0) this.#context.note(`columns that are no facts are left out: ${others.join(', ')}`);
    return table;
  }
}

/** To the ns: what is beyond is the rounding of fractions. */
function secondsMs(cell: string): number {
  return cell.trim() === '' ? Number.NaN : Math.round(Number(cell) * 1e9) / 1e6;
}
