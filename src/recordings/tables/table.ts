/** A table of samples: a row for each, a column for each fact; written row by row. */
import type { FactValue } from '../../shapes/reading.js';

/** The forms a table is written in. */
export const TABLE_FORMATS = ['csv', 'parquet'] as const;
/** One of `TABLE_FORMATS`. */
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** A column besides the two of time. */
export interface Column {
  name: string;
  type: 'number' | 'boolean' | 'word';
}

/** One sample; `cells` in the order of the columns, null where it says nothing. */
export interface Row {
  /** ms since 1970. */
  wallMs: number;
  /** ms since the recording's start of counting. */
  atMs: number;
  cells: readonly (FactValue | null)[];
}

/** Columns `time` (by the wall clock), `atS` (seconds of tick time), and the given ones. */
export interface TableWriter {
  write(row: Row): Promise<void>;
  close(): Promise<void>;
}
