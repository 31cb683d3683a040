/** A table as Parquet, in groups of rows so that memory stays flat; the library is loaded when one is asked for. */
import type { FactValue } from '../../shapes/reading.js';
import type { WallClock } from '../wall-time.js';
import { type Column, type Row, type TableWriter, TIME_COLUMN } from './table.js';

/** Rows held until they are written together: some 10 MiB with a hundred columns. */
const GROUP_ROWS = 10_000;

/** How each type is stored. */
const STORED = {
  number: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
  word: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
} as const;

/** How the time is stored: programs read a timestamp that is not adjusted to UTC as one without a zone. */
const STORED_TIME = {
  universal: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
  local: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MILLIS' } },
  own: { type: 'DOUBLE' },
} as const;

/**
 * Opens a file, written over where it is there.
 * @throws the file system's error.
 */
export async function openParquet(
  path: string,
  columns: readonly Column[],
  clock: WallClock,
): Promise<TableWriter> {
  const timeColumn = TIME_COLUMN[clock];
  const { fileWriter, ParquetWriter } = await import('hyparquet-writer');
  const file = new ParquetWriter({
    writer: fileWriter(path),
    createdBy: 'evenkeel',
    schema: [
      { name: 'root', num_children: columns.length + 2 },
      { name: timeColumn, ...STORED_TIME[clock], repetition_type: 'REQUIRED' },
      { name: 'atS', type: 'DOUBLE', repetition_type: 'REQUIRED' },
      ...columns.map(({ name, type }) => ({ name, repetition_type: 'OPTIONAL' as const, ...STORED[type] })),
    ],
  });
  let times: (Date | number)[] = [];
  let seconds: number[] = [];
  let cells: (FactValue | null)[][] = columns.map(() => []);
  const flush = async (): Promise<void> => {
    if (times.length === 0) return;
    const columnData = [
      { name: timeColumn, data: times },
      { name: 'atS', data: seconds },
      ...columns.map(({ name }, i) => ({ name, data: cells[i] ?? [] })),
    ];
    await file.write({ columnData, rowGroupSize: GROUP_ROWS });
    [times, seconds, cells] = [[], [], columns.map(() => [])];
  };
  return {
    async write({ wallMs, atMs, cells: values }: Row) {
      times.push(clock === 'own' ? wallMs / 1000 : new Date(Math.round(wallMs)));
      seconds.push(atMs / 1000);
      for (const [i, column] of cells.entries()) column.push(values[i] ?? null);
      if (times.length >= GROUP_ROWS) await flush();
    },
    async close() {
      await flush();
      await file.finish();
    },
  };
}
