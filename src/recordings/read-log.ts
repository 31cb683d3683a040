/** Opens a log of any tool and reads its rows as they are written. */
import { stat } from 'node:fs/promises';
import { type OnBytes, type OnDamage, readChunks, statLog, unreadableLog } from './chunks.js';
import { Extent } from './extent.js';
import type { ImportedFrom } from './format.js';
import { Clock } from './importers/clock.js';
import { convertedHeader, convertedLog } from './importers/converted.js';
import { IMPORTERS, sniffImporter } from './importers/formats.js';
import type { Importer, LogRow } from './importers/importer.js';
import { checkMapping, mappedCsv } from './importers/mapped-csv.js';
import type { Mapping } from './importers/mapping.js';
import { Programs } from './importers/programs.js';
import { noFacts, unknownLog } from './importers/refusal.js';
import { type LineBatch, lineDecoder, linesOfBytes } from './importers/text-lines.js';
import { TornLine } from './importers/torn-line.js';
import { type Unreadable, UnreadableCells } from './importers/unreadable-cells.js';
import type { Zone } from './importers/zone.js';
import type { ReadReport } from './reader.js';
import { timesWithoutEffect } from './said-of-logs.js';
import { segmentsOf } from './segments.js';

/** What a header with hundreds of columns, or one padded with NUL bytes, takes. */
const HEAD_BYTES = 256 * 1024;
/** Reasons kept; the others are counted only. */
const MAX_REASONS = 10;
/** Unused columns that are kept: more than the widest log of HWiNFO has. */
const MAX_UNUSED = 1_000;
/** From row to row where a log tells no times, in ms: what nvidia-smi's own default is. */
const ASSUMED_INTERVAL_MS = 1_000;

/** What a person may say of a log. */
export interface LogOptions {
  /** The zone of the clock that wrote times without one. */
  zone?: Zone;
  /** Ms from row to row, where the log tells no times. Default 1000. */
  intervalMs?: number;
  /** What the columns of an unknown table mean. */
  mapping?: Mapping;
  /** Of a frame log only the frames of this program, by its name or its process id. */
  process?: string;
}

/** What reading found besides the rows; filled while they are read. */
export interface LogReport extends ReadReport {
  /** True where the times are universal, false where they are of an unknown zone, null where they are no dates. */
  isZoned: boolean | null;
  /** What the reader should know. */
  notes: string[];
  /** Columns that no fact is read from, at most 1,000; null where the format does not tell them. */
  unused: string[] | null;
  /** Cells that are neither values nor marks for none, by fact. */
  unreadable: Record<string, Unreadable>;
  /** From the first row to the last in s, gaps included, by the log's own clock; null of a recording. */
  durationS: number | null;
}

/** A log whose format is known. */
export interface OpenedLog {
  path: string;
  importer: Importer;
  /** Name of the format that the tool wrote, also where the log was converted since. */
  from: string;
  options: LogOptions;
}

/** A report to be filled. */
export function newLogReport(): LogReport {
  return {
    rejectedRows: 0,
    reasons: [],
    isZoned: null,
    notes: [],
    unreadable: {},
    unused: null,
    durationS: null,
  };
}

/**
 * The first bytes of a file, unpacked, and the lines in them; `damage` says why there are no more.
 * @throws EvenkeelError `badFile` when it cannot be read.
 */
export async function readHead(
  path: string,
): Promise<{ start: Buffer; lines: string[]; damage: string | null }> {
  const chunks: Buffer[] = [];
  let damage: string | null = null;
  let bytes = 0;
  try {
    for await (const chunk of readChunks(path, (why) => {
      damage = why;
    })) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= HEAD_BYTES) break;
    }
  } catch (cause) {
    throw unreadableLog(path, cause);
  }
  const start = Buffer.concat(chunks).subarray(0, HEAD_BYTES);
  const decoder = lineDecoder(start);
  return { start, lines: [...decoder.push(start), ...decoder.end()], damage };
}

/**
 * True for what this agent records: a folder, or a file of its lines, plain or compressed. A converted log is none.
 * @throws EvenkeelError `badFile` when it cannot be read.
 */
export async function isRecording(path: string): Promise<boolean> {
  if ((await statLog(path)).isDirectory()) return true;
  const { start, lines } = await readHead(path);
  // A compressed one that is damaged at its beginning is told by who reads it.
  if (start.length === 0) return /\.ndjson\.gz$/.test(path);
  const [first = ''] = lines;
  return /^\{"kind":/.test(first) && convertedHeader(first) === null;
}

/** What a converted log was before; null for every other log. @throws EvenkeelError `badFile` when it cannot be read. */
export async function readImportedFrom(path: string): Promise<ImportedFrom | null> {
  if ((await statLog(path)).isDirectory()) return null;
  const { lines } = await readHead(path);
  return convertedHeader(lines[0] ?? '')?.imported ?? null;
}

/**
 * Finds the format of a log by its content.
 * @throws EvenkeelError `badFile` when it cannot be read, or nobody knows it; `badConfig` for a mapping that does not fit.
 */
export async function findFormat(path: string, options: LogOptions = {}): Promise<OpenedLog> {
  const { start, lines, damage } = await readHead(path);
  const converted = convertedHeader(lines[0] ?? '');
  if (converted !== null)
    return { path, importer: convertedLog(converted), from: converted.imported.format, options };
  const importer = options.mapping === undefined ? sniffImporter(lines) : mappedCsv;
  if (options.mapping !== undefined) checkMapping(path, options.mapping, lines);
  if (importer !== null) return { path, importer, from: importer.format, options };
  if (damage !== null && start.length === 0) throw unreadableLog(path, damage);
  throw unknownLog(path, start, lines, [...new Set(IMPORTERS.map(({ format }) => format))]);
}

async function* linesOf(
  path: string,
  onDamage: OnDamage,
  onBytes: OnBytes | undefined,
): AsyncGenerator<LineBatch> {
  try {
    yield* linesOfBytes(readChunks(path, onDamage, onBytes));
  } catch (cause) {
    throw unreadableLog(path, cause);
  }
}

/** Bytes of a log on disk; of a recording's folder those of its segments, each once. */
export async function logBytes(path: string): Promise<number> {
  const info = await stat(path);
  if (!info.isDirectory()) return info.size;
  const files = segmentsOf(path).map(({ plain, gzip }) => plain ?? gzip ?? path);
  const sizes = await Promise.all(files.map((file) => stat(file).then(({ size }) => size)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * The rows of a log in batches, as written.
 * @throws EvenkeelError `badFile` when it cannot be read and at its end where no row told a fact, `badFlag`
 * at its end where it lacks the program that was named.
 */
export async function* readRows(
  { path, importer, options }: OpenedLog,
  report: LogReport,
): AsyncGenerator<LogRow[]> {
  let rows: LogRow[] = [];
  const extent = new Extent();
  let [told, hasFacts] = [0, false];
  const programs = new Programs(options.process);
  let lineNumber = 0;
  const reject = (why: string): void => {
    report.rejectedRows++;
    if (report.reasons.length < MAX_REASONS) report.reasons.push(`${path}:${lineNumber}: ${why}`);
  };
  const clock = new Clock(options.zone ?? null);
  const cells = new UnreadableCells();
  let usedInterval = false;
  const taker = importer.open({
    clock,
    get intervalMs() {
      usedInterval = true;
      return options.intervalMs ?? ASSUMED_INTERVAL_MS;
    },
    mapping: options.mapping ?? null,
    emit(row) {
      if (!programs.takes(row)) return;
      extent.add(row.timeMs, row.begins);
      told++;
      hasFacts ||= Object.keys(row.facts).length > 0;
      rows.push(row);
    },
    reject,
    unreadable: (fact, column, cell) => cells.add(fact, column, cell, `${path}:${lineNumber}`),
    columns(names, used) {
      const unused = names.map((name) => name.trim()).filter((name, i) => name !== '' && !used.includes(i));
      report.unused = [...new Set([...(report.unused ?? []), ...unused])].slice(0, MAX_UNUSED);
    },
    note(text) {
      if (!report.notes.includes(text)) report.notes.push(text);
    },
  });
  const torn = new TornLine();
  for await (const { lines, isUnended } of linesOf(path, reject, report.onBytes)) {
    for (const line of lines) {
      lineNumber++;
      const why = (isUnended ? torn.judge(line) : null) ?? taker.take(line);
      if (why !== null) reject(why);
    }
    torn.add(lines);
    report.isZoned = clock.isZoned;
    if (rows.length > 0) yield rows;
    rows = [];
  }
  taker.end();
  report.isZoned = clock.isZoned;
  report.unreadable = cells.counts();
  report.durationS = extent.durationS;
  report.notes.push(
    ...[programs.note(path)].filter((note) => note !== null),
    ...cells.notes(options.mapping !== undefined),
    ...timesWithoutEffect(options, clock, usedInterval),
  );
  if (told > 0 && !hasFacts) {
    const { lines } = await readHead(path);
    throw noFacts(path, importer.format, told, lines, options.mapping !== undefined);
  }
  if (rows.length > 0) yield rows;
}
