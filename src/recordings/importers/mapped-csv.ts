/** Any table, by what a person says of its columns. */
import { lookUpFact } from '../../facts/catalogue.js';
import type { FactValue } from '../../shapes/reading.js';
import { isMissing, readNumber, splitCells } from './cells.js';
import {
  type ColumnName,
  type NumberColumn,
  numberColumn,
  readColumns,
  readNames,
  squeeze,
} from './columns.js';
import type { ImportContext, Importer, LineTaker } from './importer.js';
import type { Mapping } from './mapping.js';
import { noTime, wrongWidth } from './rejections.js';
import { conversion } from './units.js';

const SEPARATORS: Readonly<Record<NonNullable<Mapping['separator']>, string>> = {
  ',': ',',
  ';': ';',
  tab: '\t',
  space: ' ',
};
const PER_UNIT = { s: 1000, ms: 1, us: 1e-3, ns: 1e-6 } as const;
type ColumnKey = string | number;

/** The importer of a table with a mapping; it is chosen by the mapping and claims nothing by itself. */
export const mappedCsv: Importer = {
  format: 'csv',
  isPerFrame: false,
  sniff: () => false,
  open: (context) =>
    context.mapping === null ? { take: () => null, end: () => {} } : new Reader(context, context.mapping),
};

interface Table {
  width: number;
  time: number;
  date: number;
  numbers: NumberColumn[];
  words: { index: number; fact: string }[];
}

class Reader implements LineTaker {
  readonly #context: ImportContext;
  readonly #mapping: Mapping;
  #skip: number;
  #header = '';
  #table: Table | null = null;
  #rows = 0;

  constructor(context: ImportContext, mapping: Mapping) {
    this.#context = context;
    this.#mapping = mapping;
    this.#skip = mapping.skipLines ?? 0;
    context.clock.useOrder(mapping.time?.dayFirst === true ? 'dayFirst' : 'monthFirst');
  }

  take(line: string): string | null {
    if (this.#skip > 0) {
      this.#skip--;
      return null;
    }
    // The header may come again, where a script appends.
    if (line.trim() === '' || (line === this.#header && this.#table !== null)) return null;
    const cells = this.#split(line);
    if (this.#table === null) {
      this.#table = this.#tableOf(cells);
      if (this.#mapping.header !== false) {
        this.#header = line;
        return null;
      }
    }
    return this.#takeRow(cells, this.#table);
  }

  end(): void {}

  #takeRow(cells: readonly string[], table: Table): string | null {
    if (cells.length !== table.width) return wrongWidth(cells.length, table.width);
    const timeMs = this.#timeOf(cells, table);
    if (timeMs === null) return noTime(cells[table.time]);
    const facts: Record<string, FactValue> = {};
    readColumns(cells, table.numbers, facts);
    for (const { index, fact } of table.words) {
      const word = cells[index]?.trim() ?? '';
      if (!isMissing(word)) facts[fact] = wordOf(fact, word);
    }
    this.#rows++;
    this.#context.emit({ timeMs, facts, begins: false });
    return null;
  }

  #timeOf(cells: readonly string[], { time, date }: Table): number | null {
    const { time: said, everyMs } = this.#mapping;
    if (said === undefined) return this.#rows * (everyMs ?? this.#context.intervalMs);
    const cell = cells[time]?.trim() ?? '';
    const unit = said.unit ?? 'date';
    if (unit !== 'date') {
      const count = readNumber(cell);
      return count === null ? null : count * PER_UNIT[unit];
    }
    if (date >= 0) return this.#context.clock.read(`${cells[date]?.trim()} ${cell}`);
    return this.#context.clock.read(cell) ?? this.#context.clock.readOfDay(cell);
  }

  #split(line: string): string[] {
    const separator = this.#mapping.separator ?? ',';
    return separator === 'space' ? line.trim().split(/\s+/) : splitCells(line, SEPARATORS[separator]);
  }

  #tableOf(first: readonly string[]): Table {
    const { columns, time, header } = this.#mapping;
    const names =
      header === false ? first.map((_, index) => ({ index, name: '', unit: '' })) : readNames(first);
    const table: Table = { width: first.length, time: -1, date: -1, numbers: [], words: [] };
    const place = (key: ColumnKey | undefined): number =>
      key === undefined ? -1 : placeOf(key, names, first);
    table.time = place(time?.column);
    table.date = place(time?.dateColumn);
    for (const [fact, said] of Object.entries(columns)) {
      const { column, unit } = typeof said === 'object' ? said : { column: said, unit: undefined };
      const index = place(column);
      if (index < 0)
        this.#context.note(`no column is ${JSON.stringify(column)}, which "${fact}" is mapped to`);
      else if (lookUpFact(fact)?.type === 'number') {
        const written = unit ?? names[index]?.unit ?? '';
        const fitting = conversion(written, lookUpFact(fact)?.unit ?? '');
        if (fitting === null) this.#context.note(`"${fact}" cannot be read from a column in ${written}`);
        else table.numbers.push(numberColumn(index, fact, fitting));
      } else table.words.push({ index, fact });
    }
    if (time !== undefined && table.time < 0)
      this.#context.note(`no column is ${JSON.stringify(time.column)}, which tells the time`);
    return table;
  }
}

function placeOf(key: ColumnKey, names: readonly ColumnName[], first: readonly string[]): number {
  if (typeof key === 'number') return key <= first.length ? key - 1 : -1;
  const exact = first.findIndex((cell) => cell.trim() === key.trim());
  return exact >= 0 ? exact : names.findIndex(({ name }) => name === squeeze(key));
}

/** Claims are written as words and as numbers. */
function wordOf(fact: string, word: string): FactValue {
  if (lookUpFact(fact)?.type !== 'boolean') return word;
  if (/^(?:1|true|yes|active)$/i.test(word)) return true;
  return /^(?:0|false|no|not active)$/i.test(word) ? false : word;
}
