/** What is said of a log that nobody knows. */
import { count } from '../../count.js';
import { EvenkeelError } from '../../errors.js';
import { splitMapped } from './mapped-table.js';
import type { Mapping } from './mapping.js';
import { isPmonHeader } from './nvidia-smi-dmon.js';
import { shapeOf, suggestMapping, type TableShape } from './suggest-mapping.js';

/** Bytes and columns shown. */
const SHOWN_BYTES = 24;
const SHOWN_COLUMNS = 12;
/** Of a first line that is no table's, in characters. */
const SHOWN_CHARS = 100;
/** Lines within which a table's header stands, whatever stands above it. */
const HEADER_WITHIN = 22;
/** How packed files begin, by their formats' specifications. */
const PACKED: readonly (readonly [magic: Buffer, name: string])[] = [
  [Buffer.from('PK\x03\x04', 'latin1'), 'ZIP'],
  [Buffer.from('\x28\xb5\x2f\xfd', 'latin1'), 'Zstandard'],
  [Buffer.from('\xfd7zXZ', 'latin1'), 'xz'],
  [Buffer.from('BZh', 'latin1'), 'bzip2'],
  [Buffer.from('7z\xbc\xaf', 'latin1'), '7-Zip'],
];

/** What is no log of a card though it looks like one, and what to give instead; summaries lie beside logs. */
const OTHERS: readonly (readonly [isOne: (first: string) => boolean, text: string])[] = [
  [
    isPmonHeader,
    'a log of nvidia-smi pmon, which tells the load of each process (gpu, pid, type, command) and not that of the card; give a log of nvidia-smi dmon, or of nvidia-smi --query-gpu',
  ],
  [
    (first) => /^TimeStamp,Application,Log Name,/i.test(first),
    "a summary of FrameView; give the log that its column 'Log Name' names",
  ],
  [
    (first) => /^0\.1% Min FPS,1% Min FPS,/i.test(first),
    'a summary of MangoHud; give the log beside it, without _summary in its name',
  ],
];

/** The refusal of a log: what was expected, what was seen, and how it can be mapped. */
export function unknownLog(
  path: string,
  start: Buffer,
  head: readonly string[],
  formats: readonly string[],
): EvenkeelError {
  const first = head.find((line) => line.trim() !== '') ?? '';
  const other = OTHERS.find(([isOne]) => isOne(first))?.[1];
  if (other !== undefined)
    return new EvenkeelError('badFile', `expected a log at ${path}, but it is ${other}`);
  const shape = shapeOf(head);
  const mapping = shape === null ? null : suggestMapping(shape);
  const known = `a recording of Evenkeel or a log of one of ${formats.join(', ')}`;
  return new EvenkeelError(
    'badFile',
    `expected ${path} to be ${known}, ${seen(start, first, shape, mapping)}`,
    {
      details: { formats: [...formats], mapping },
    },
  );
}

/** The refusal of a log of a known format whose rows tell no fact: its columns bear other names, or hold nothing. */
export function noFacts(
  path: string,
  format: string,
  rows: number,
  head: readonly string[],
  isMapped: boolean,
): EvenkeelError {
  const shape = shapeOf(head);
  const header = shape === null ? null : { ...shape, header: widestOf(head, shape) };
  const first = (head.find((line) => line.trim() !== '') ?? '').trim().slice(0, SHOWN_CHARS);
  const columns =
    header === null ? `it begins with ${JSON.stringify(first)}` : `its columns are ${columnsOf(header)}`;
  const remedy = isMapped
    ? 'Name columns that hold values in the mapping'
    : 'Say in a file what they mean, and give it with --map (docs/logs.md)';
  return new EvenkeelError(
    'badFile',
    `expected facts in ${path} (${format}), but none of its ${count(rows, 'row')} tells one: no column that is known holds a value; ${columns}. ${remedy}`,
  );
}

/** The header of a table that has lines of other kinds above it: the first of the longest. */
function widestOf(head: readonly string[], { separator }: TableShape): string[] {
  const cells = head.slice(0, HEADER_WITHIN).map((line) => splitMapped(line, { separator } as Mapping));
  const width = Math.max(...cells.map(({ length }) => length));
  return (cells.find(({ length }) => length === width) ?? []).map((cell) => cell.trim());
}

function seen(start: Buffer, first: string, shape: TableShape | null, mapping: string | null): string {
  if (start.length === 0) return 'but it is empty';
  const packed = PACKED.find(([magic]) => start.subarray(0, magic.length).equals(magic))?.[1];
  if (packed !== undefined) return `but it is packed (${packed}); unpack it first, or pack it with gzip`;
  // A table is made of text.
  if (shape === null || /[^\P{Cc}\t]|\ufffd/u.test(first)) {
    const bytes = start
      .subarray(0, SHOWN_BYTES)
      .toString('hex')
      .replace(/(..)(?=.)/g, '$1 ');
    const text = JSON.stringify(first.slice(0, 60));
    return `but it begins with ${text} (bytes ${bytes}); if it is a table, say what its columns mean with --map (docs/logs.md)`;
  }
  return `but it is a table of other columns: ${columnsOf(shape)}. Say in a file what they mean, and give it with --map (docs/logs.md)${remedy(shape, mapping)}`;
}

function columnsOf({ header }: TableShape): string {
  const named = header.slice(0, SHOWN_COLUMNS).map((cell) => JSON.stringify(cell.slice(0, 40)));
  const more = header.length > SHOWN_COLUMNS ? ` and ${header.length - SHOWN_COLUMNS} more` : '';
  return `${named.join(', ')}${more}`;
}

/** What to begin with: a mapping of the columns that are known, else what a mapping is made of. */
function remedy({ separator, header }: TableShape, mapping: string | null): string {
  if (mapping !== null) return `, such as this one, which maps what is known by its name:\n${mapping}`;
  if (header.some((cell) => /^[+-]?\d/.test(cell)))
    return `; it has no header, so the mapping says header: false, separator: "${separator}", and columns by their numbers`;
  return `; none of the names is known, so it says separator: "${separator}" and a fact of docs/reference.md for each column, as columns: { gpu.temperatureC: NAME }`;
}
