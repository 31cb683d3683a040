/** Any table, by what a person says of its columns. */
import { EvenkeelError } from '../../errors.js';
import { lookUpFact } from '../../facts/catalogue.js';
import type { FactValue } from '../../shapes/reading.js';
import { isMissing, readNumber } from './cells.js';
import { readColumns } from './columns.js';
import type { ImportContext, Importer, LineTaker } from './importer.js';
import { firstLine, layTable, type MappedTable, splitMapped } from './mapped-table.js';
import type { Mapping } from './mapping.js';
import { noTime, wrongWidth } from './rejections.js';

const PER_UNIT = { s: 1000, ms: 1, us: 1e-3, ns: 1e-6 } as const;
/** A number with a decimal comma and nothing else that could be one. */
const COMMA_NUMBER = /^(\s*[+-]?\d*),(\d+(?!.*[.,]).*)$/;

/** The importer of a table with a mapping; it is chosen by the mapping and claims nothing by itself. */
export const mappedCsv: Importer = {
  format: 'csv',
  isPerFrame: false,
  sniff: () => false,
  open: (context) =>
    context.mapping === null ? { take: () => null, end: () => {} } : new Reader(context, context.mapping),
};

/**
 * Holds a mapping against the first lines of a table.
 * @throws EvenkeelError `badConfig` with all that does not fit: columns that are not there with the nearest name, units.
 */
export function checkMapping(path: string, mapping: Mapping, head: readonly string[]): void {
  const first = firstLine(head, mapping);
  if (first === null) return;
  const { problems } = layTable(mapping, splitMapped(first, mapping));
  if (mapping.time !== undefined && mapping.everyMs !== undefined)
    problems.unshift('it says both time and everyMs, which is for tables without times');
  if (problems.length === 0) return;
  const text = `expected the mapping to fit ${path}: ${problems.join('; ')}; correct the mapping`;
  throw new EvenkeelError('badConfig', text, { details: { problems } });
}

class Reader implements LineTaker {
  readonly #context: ImportContext;
  readonly #mapping: Mapping;
  #skip: number;
  #header = '';
  #table: MappedTable | null = null;
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
    const cells = splitMapped(line, this.#mapping);
    if (this.#table === null) {
      const { table, problems } = layTable(this.#mapping, cells);
      this.#table = table;
      for (const problem of problems) this.#context.note(problem);
      if (this.#mapping.header !== false) {
        this.#header = line;
        return null;
      }
    }
    return this.#takeRow(cells, this.#table);
  }

  end(): void {}

  #takeRow(written: readonly string[], table: MappedTable): string | null {
    if (written.length !== table.width) return wrongWidth(written.length, table.width);
    const cells = this.#mapping.decimal === ',' ? this.#withPoints(written, table) : written;
    const timeMs = this.#timeOf(cells, table);
    if (timeMs === null) return noTime(cells[table.time]);
    const facts: Record<string, FactValue> = {};
    readColumns(cells, table.numbers, facts, this.#context);
    for (const { index, fact, label } of table.words) {
      const word = cells[index]?.trim() ?? '';
      if (isMissing(word)) continue;
      const value = lookUpFact(fact)?.type === 'boolean' ? claimOf(word) : word;
      if (value === undefined) this.#context.unreadable(fact, label, word);
      else facts[fact] = value;
    }
    this.#rows++;
    this.#context.emit({ timeMs, facts, begins: false });
    return null;
  }

  /** The cells as they would be with a decimal point. A point beside it is one of thousands, or means something else. */
  #withPoints(written: readonly string[], { time, numbers }: MappedTable): string[] {
    const cells = [...written];
    if (time >= 0) cells[time] = withPoint(written[time] ?? '');
    for (const { index, fact, label } of numbers) {
      const cell = written[index] ?? '';
      const hasPoint = cell.includes('.');
      if (hasPoint) this.#context.unreadable(fact, label, cell);
      cells[index] = hasPoint ? '' : withPoint(cell);
    }
    return cells;
  }

  #timeOf(cells: readonly string[], { time, date }: MappedTable): number | null {
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
}

function withPoint(cell: string): string {
  return cell.replace(COMMA_NUMBER, '$1.$2');
}

/** Claims are written as words and as numbers; undefined for anything else. */
function claimOf(word: string): boolean | undefined {
  if (/^(?:1|true|yes|active)$/i.test(word)) return true;
  return /^(?:0|false|no|not active)$/i.test(word) ? false : undefined;
}
