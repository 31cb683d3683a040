/** A table of samples: a row for each, a column for each fact; written row by row. */
import type { FactValue } from '../../shapes/reading.js';
import type { WallClock } from '../wall-time.js';

/** The forms a table is written in. */
export const TABLE_FORMATS = ['csv', 'parquet'] as const;
/** One of `TABLE_FORMATS`. */
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** A column besides the two of time. */
export interface Column {
  name: string;
  type: 'number' | 'boolean' | 'word';
}

/**
 * The first column by what the times are: a date, a date of a clock whose zone is not known, or seconds by the log's own
 * count, which may begin anew.
 */
export const TIME_COLUMN: Readonly<Record<WallClock, string>> = {
  universal: 'time',
  local: 'localTime',
  own: 'logS',
};

/** Tells that each row is a frame, and of which program, process and swap chain. */
export const STREAM_COLUMN = 'stream';

/** One sample; `cells` in the order of the columns, null where it says nothing. */
export interface Row {
  /** ms since 1970, or of the log's own count; with fractions. */
  wallMs: number;
  /** ms since the recording's start of counting. */
  atMs: number;
  cells: readonly (FactValue | null)[];
}

/** The column of `TIME_COLUMN`, `atS` (seconds of tick time), and the given ones. */
export interface TableWriter {
  write(row: Row): Promise<void>;
  close(): Promise<void>;
}
