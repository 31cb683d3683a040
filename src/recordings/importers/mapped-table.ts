/** Where in a table the columns stand that a person's mapping names. */
import { lookUpFact } from '../../facts/catalogue.js';
import { didYouMean } from '../../nearest.js';
import { splitCells } from './cells.js';
import {
  type ColumnName,
  columnLabel,
  type NumberColumn,
  numberColumn,
  readNames,
  squeeze,
} from './columns.js';
import type { Mapping } from './mapping.js';
import { conversion } from './units.js';

type Separator = NonNullable<Mapping['separator']>;
type ColumnKey = string | number;

const SEPARATORS: Readonly<Record<Separator, string>> = { ',': ',', ';': ';', tab: '\t', space: ' ' };
/** Names told of a table that lacks one. */
const SHOWN_NAMES = 30;

/** A table's columns by their places; -1 where there is none. */
export interface MappedTable {
  width: number;
  time: number;
  date: number;
  numbers: NumberColumn[];
  words: { index: number; fact: string; label: string }[];
}

/** The cells of a line. */
export function splitMapped(line: string, { separator = ',' }: Mapping): string[] {
  return separator === 'space' ? line.trim().split(/\s+/) : splitCells(line, SEPARATORS[separator]);
}

/** The first line that counts: the header, or a row where there is none; null when all are skipped or blank. */
export function firstLine(lines: readonly string[], { skipLines = 0 }: Mapping): string | null {
  return lines.slice(skipLines).find((line) => line.trim() !== '') ?? null;
}

/** Lays a mapping over the first line of a table; `problems` says, each in a sentence, what does not fit it. */
export function layTable(
  mapping: Mapping,
  first: readonly string[],
): { table: MappedTable; problems: string[] } {
  const isNamed = mapping.header !== false;
  const names = isNamed
    ? readNames(first)
    : first.map((_, index) => ({ index, name: '', unit: '', label: columnLabel(index, '') }));
  const table: MappedTable = { width: first.length, time: -1, date: -1, numbers: [], words: [] };
  const problems: string[] = [];
  const place = (key: ColumnKey, what: string): number => {
    const index = placeOf(key, names, first, isNamed);
    if (index < 0) problems.push(`no column is ${JSON.stringify(key)}, which ${what}${near(key, first)}`);
    return index;
  };
  const { time, columns } = mapping;
  if (time !== undefined) table.time = place(time.column, 'tells the time');
  if (time?.dateColumn !== undefined) table.date = place(time.dateColumn, 'tells the date');
  for (const [fact, said] of Object.entries(columns)) {
    const { column, unit } = typeof said === 'object' ? said : { column: said, unit: undefined };
    const index = place(column, `"${fact}" is mapped to`);
    if (index < 0) continue;
    const label = JSON.stringify(column);
    if (lookUpFact(fact)?.type !== 'number') {
      table.words.push({ index, fact, label });
      continue;
    }
    const [written, own] = [unit ?? names[index]?.unit ?? '', lookUpFact(fact)?.unit ?? ''];
    const fitting = conversion(written, own);
    if (fitting === null)
      problems.push(
        `"${fact}" is in ${own || 'no unit'} and cannot be read from the column ${label}, which is in ${written}`,
      );
    else table.numbers.push(numberColumn(index, fact, fitting, label));
  }
  if (problems.length > 0) problems.push(columnsOf(first, isNamed, mapping.separator ?? ','));
  return { table, problems };
}

function placeOf(
  key: ColumnKey,
  names: readonly ColumnName[],
  first: readonly string[],
  isNamed: boolean,
): number {
  if (typeof key === 'number') return key <= first.length ? key - 1 : -1;
  if (!isNamed) return -1;
  const exact = first.findIndex((cell) => cell.trim() === key.trim());
  return exact >= 0 ? exact : names.findIndex(({ name }) => name === squeeze(key));
}

function near(key: ColumnKey, first: readonly string[]): string {
  if (typeof key === 'number') return '';
  return didYouMean(
    key,
    first.map((cell) => cell.trim()),
  );
}

/** What there is instead, and why there may be too little of it. */
function columnsOf(first: readonly string[], isNamed: boolean, separator: Separator): string {
  const other = first.length > 1 ? undefined : otherSeparator(first[0] ?? '', separator);
  if (other !== undefined) return `its first line is one column with ${separator}; say separator: "${other}"`;
  if (!isNamed) return `with header: false its columns are the numbers 1 to ${first.length}`;
  const shown = first.slice(0, SHOWN_NAMES).map((cell) => JSON.stringify(cell.trim()));
  const more = first.length > SHOWN_NAMES ? ` and ${first.length - SHOWN_NAMES} more` : '';
  return `its columns are ${shown.join(', ')}${more}`;
}

function otherSeparator(line: string, separator: Separator): Separator | undefined {
  return ([';', ',', 'tab'] as const).find(
    (other) => other !== separator && line.includes(SEPARATORS[other]),
  );
}
