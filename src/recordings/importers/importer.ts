/** What an importer is: it knows a format by its first lines, and takes a log line by line. */
import type { FactValue } from '../../shapes/reading.js';
import type { Clock } from './clock.js';
import type { Mapping } from './mapping.js';

/** One moment of a log, as written: its facts in the catalogue's units, and nothing the log does not say. */
export interface LogRow {
  /** Ms since 1970 where the log tells a date, else since a moment of its own; with fractions. */
  timeMs: number;
  facts: Record<string, FactValue>;
  /** A new session of the tool begins with this row. */
  begins: boolean;
  /** Which process and swap chain a frame is of, where a log holds those of several. */
  stream?: string;
}

/** What an importer is handed. */
export interface ImportContext {
  readonly clock: Clock;
  /** Ms from one row to the next where a log tells no times. */
  readonly intervalMs: number;
  /** What the columns of a table mean, where the person says so. */
  readonly mapping: Mapping | null;
  emit(row: LogRow): void;
  /** Something that is not a line cannot be used: why, as a clause. */
  reject(why: string): void;
  /** A cell that should hold a fact and is neither a value nor a mark for none: counted by fact and column. */
  unreadable(fact: string, column: string, cell: string): void;
  /** A header's columns as they are written, and the places of those that are read. */
  columns(names: readonly string[], used: readonly number[]): void;
  /** Something the reader should know, told once. */
  note(text: string): void;
}

/** A log on its way in. Never throws: what it cannot use it rejects. */
export interface LineTaker {
  /** Why the line cannot be used, as a clause; null where it can, or says nothing. */
  take(line: string): string | null;
  /** No more lines: what was held back is told. */
  end(): void;
}

/** One log format. */
export interface Importer {
  /** Its name in the output of `inspect`. */
  readonly format: string;
  /** Each row is one frame and not a moment of a sampler. */
  readonly isPerFrame: boolean;
  /** True when these first lines can only be of this format; blank lines are left out. */
  sniff(head: readonly string[]): boolean;
  open(context: ImportContext): LineTaker;
}
