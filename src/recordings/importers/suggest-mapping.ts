/** The mapping that a table nobody knows could be read with: of what its first lines show, and nothing by guess. */
import { DECIMAL_COMMA, readNumber } from './cells.js';
import { type KnownColumn, knowColumn } from './known-columns.js';
import { splitMapped } from './mapped-table.js';
import type { Mapping } from './mapping.js';
import { readClock, readStamp } from './timestamps.js';

type Separator = NonNullable<Mapping['separator']>;

/** In this order where more than one divides a line: a comma may be a decimal one. */
const SEPARATORS: readonly Separator[] = [';', 'tab', ',', 'space'];
/** Lines looked at above a header. */
const MAX_SKIPPED = 20;
const COUNTED = /^(?:s|ms|us|ns)$/;

/** Where a table begins, and what divides its cells. */
export interface TableShape {
  separator: Separator;
  /** Lines above the header. */
  skipLines: number;
  header: string[];
  /** The row below it; empty where there is none. */
  row: string[];
}

/** The shape of the table that these lines are; null where they are none. */
export function shapeOf(lines: readonly string[]): TableShape | null {
  for (const separator of SEPARATORS) {
    const cells = lines.slice(0, MAX_SKIPPED + 2).map((line) => splitMapped(line, { separator } as Mapping));
    const skipLines = cells.findIndex(
      (header, i) => header.length > 1 && (cells[i + 1]?.length === header.length || lines.length === i + 1),
    );
    const header = cells[skipLines];
    // Blanks also divide prose: only lines of the same number of numbers are a table of them.
    if (header === undefined || (separator === 'space' && !cells[skipLines + 1]?.some(isNumber))) continue;
    return { separator, skipLines, header: header.map(trim), row: (cells[skipLines + 1] ?? []).map(trim) };
  }
  return null;
}

/** The text of a mapping that works as it is; null where no column is known by its name. */
export function suggestMapping({ separator, skipLines, header, row }: TableShape): string | null {
  const known = header.map(knowColumn);
  const facts = new Map<string, number>();
  for (const [index, { fact }] of known.entries())
    if (fact !== null && header.indexOf(header[index] ?? '') === index && !facts.has(fact))
      facts.set(fact, index);
  if (facts.size === 0) return null;
  const hasCommas = [...facts.values()].some((index) => DECIMAL_COMMA.test(row[index] ?? ''));
  return [
    'version: 1',
    ...(separator === ',' ? [] : [`separator: ${JSON.stringify(separator)}`]),
    ...(hasCommas ? ['decimal: ","'] : []),
    ...(skipLines === 0 ? [] : [`skipLines: ${skipLines}`]),
    ...timeOf(header, row, known),
    'columns:',
    ...[...facts].map(
      ([fact, index]) => `  ${fact}: ${columnOf(header[index] ?? '', known[index]?.unit ?? '')}`,
    ),
  ].join('\n');
}

function columnOf(name: string, unit: string): string {
  return unit === ''
    ? JSON.stringify(name)
    : `{ column: ${JSON.stringify(name)}, unit: ${JSON.stringify(unit)} }`;
}

/** A time is taken where the row below shows one; a count of unknown unit is left to the person. */
function timeOf(header: readonly string[], row: readonly string[], known: readonly KnownColumn[]): string[] {
  const quoted = (index: number): string => JSON.stringify(header[index]);
  // A count since 1970 is one only where the name says so: bytes have as many digits.
  const stamp = row.findIndex(
    (cell, index) => readStamp(cell) !== null && (known[index]?.isTime === true || !isNumber(cell)),
  );
  if (stamp >= 0) return [`time: { column: ${quoted(stamp)} }`];
  const clock = row.findIndex((cell) => readClock(cell) !== null);
  const date = row.findIndex((cell) => clock >= 0 && readStamp(`${cell} ${row[clock]}`) !== null);
  if (date >= 0) return [`time: { column: ${quoted(clock)}, dateColumn: ${quoted(date)} }`];
  if (clock >= 0) return [`time: { column: ${quoted(clock)} }`];
  const count = known.findIndex(({ isTime }, index) => isTime && isNumber(row[index] ?? ''));
  const unit = known[count]?.unit ?? '';
  if (COUNTED.test(unit)) return [`time: { column: ${quoted(count)}, unit: ${unit} }`];
  return count < 0 ? [] : [`# time: { column: ${quoted(count)}, unit: s }   # or ms, us, ns`];
}

function isNumber(cell: string): boolean {
  return readNumber(cell.replace(',', '.')) !== null;
}

function trim(cell: string): string {
  return cell.trim();
}
