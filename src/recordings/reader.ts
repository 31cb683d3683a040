/** Reads a recording line by line, in flat memory; a torn or broken line is skipped and counted, never fatal. */
import { existsSync } from 'node:fs';
import { EvenkeelError, reasonOf } from '../errors.js';
import { parseLine } from './check-line.js';
import { statLog } from './chunks.js';
import { FORMAT, FORMAT_VERSION, type HeaderLine, type RecordingLine } from './format.js';
import { linesOf, memberLinesOf } from './lines.js';
import { isWanted, type Range, RangeFilter } from './range.js';
import { type IndexEntry, readIndex } from './segment-index.js';
import { type Segment, segmentsOf } from './segments.js';

/** Reasons that are told; all are counted. */
const MAX_REASONS = 10;

/** What reading found besides the lines; filled while they are read. */
export interface ReadReport {
  /** Lines that are no JSON or of no known kind; a torn last line is one, and so is each damaged stretch of a compressed file. */
  rejectedRows: number;
  /** Where and why, at most the first ten. */
  reasons: string[];
  /** Told how many bytes of the files were read, as they are read; of `logBytes` in all. */
  onBytes?: (bytes: number) => void;
}

/**
 * The lines of a recording, a folder or a single file, plain or compressed; of a `range` its header, its books and what
 * lies within. Heads of later segments say again what the lines before them said, and only their states are given.
 * @throws EvenkeelError `badFile` when there is none, `badRecording` when it is of another format or version.
 */
export async function* readRecording(
  path: string,
  report: ReadReport,
  range?: Range,
): AsyncGenerator<RecordingLine> {
  for await (const batch of readBatches(path, report, range)) yield* batch;
}

/**
 * The same lines, many at a time: for those who read a day of them.
 * @throws EvenkeelError as `readRecording` does.
 */
export async function* readBatches(
  path: string,
  report: ReadReport,
  range?: Range,
): AsyncGenerator<RecordingLine[]> {
  const taker = new LineTaker(path, report, range);
  for (const segment of await filesOf(path)) {
    const file = fileOf(segment);
    taker.begin(file);
    for await (const texts of textsOf(segment, file, taker, range, report.onBytes)) {
      const lines: RecordingLine[] = [];
      for (const text of texts) {
        const line = taker.take(text);
        if (line !== null) lines.push(line);
      }
      if (lines.length > 0) yield lines;
    }
  }
  taker.end();
}

/** The file to read: a segment may be compressed, and its plain file go, between the moment it was found and now. */
export function fileOf({ plain, gzip }: Segment): string {
  if (plain === null) return gzip ?? '';
  return existsSync(plain) ? plain : `${plain}.gz`;
}

function textsOf(
  segment: Segment,
  file: string,
  taker: LineTaker,
  range: Range | undefined,
  onBytes: ReadReport['onBytes'],
): AsyncGenerator<string[]> {
  const onDamage = (why: string): void => taker.reject(why);
  const index = file.endsWith('.gz') ? readIndex(segment.index, file) : null;
  if (index === null) return linesOf(file, onDamage, onBytes);
  const isWithin = (entry: IndexEntry): boolean => range === undefined || isWanted(entry, range);
  return memberLinesOf(file, index, isWithin, onDamage, onBytes);
}

/** Checks lines in their order: what begins a recording, what goes on, and what does not belong there. */
class LineTaker {
  readonly #path: string;
  readonly #report: ReadReport;
  readonly #filter: RangeFilter | null;
  #file = '';
  #row = 0;
  #header: HeaderLine | null = null;
  #bookHash: string | null = null;

  constructor(path: string, report: ReadReport, range: Range | undefined) {
    this.#path = path;
    this.#report = report;
    this.#filter = range === undefined ? null : new RangeFilter(range);
  }

  begin(file: string): void {
    this.#file = file;
    this.#row = 0;
  }

  /** The line of a text; null for one that is skipped. */
  take(text: string): RecordingLine | null {
    this.#row++;
    if (text.trim() === '') return null;
    const line = parseLine(text);
    if (line === null) {
      if (this.#header === null) throw unknownFormat(this.#path, text);
      this.reject('no complete line of a recording');
      return null;
    }
    if (this.#header === null) this.#header = checkHeader(line, this.#path);
    else if (line.kind === 'header') {
      this.#checkGoesOn(line);
      return null;
    }
    if (line.kind === 'book') {
      if (line.hash === this.#bookHash) return null;
      this.#bookHash = line.hash;
    }
    return this.#filter === null || this.#filter.takes(line) ? line : null;
  }

  reject(why: string): void {
    this.#report.rejectedRows++;
    if (this.#report.reasons.length < MAX_REASONS)
      this.#report.reasons.push(`${this.#file}:${this.#row}: ${why}`);
  }

  end(): void {
    if (this.#header === null) throw unknownFormat(this.#path, '');
  }

  #checkGoesOn(line: HeaderLine): void {
    if (line.segment !== undefined && line.startedAt === this.#header?.startedAt) return;
    throw new EvenkeelError(
      'badRecording',
      `${this.#file}:${this.#row}: another recording begins here; expected one, give them one at a time`,
    );
  }
}

/**
 * The segments of a folder, or a single file as one.
 * @throws EvenkeelError `badFile` where there is none.
 */
export async function filesOf(path: string): Promise<Segment[]> {
  try {
    if (!(await statLog(path, 'recording')).isDirectory()) return [singleFile(path)];
    const segments = segmentsOf(path);
    if (segments.length > 0) return segments;
  } catch (cause) {
    if (cause instanceof EvenkeelError) throw cause;
    throw new EvenkeelError(
      'badFile',
      `expected a recording at ${path}, but it cannot be read: ${reasonOf(cause)}`,
      { cause },
    );
  }
  throw new EvenkeelError(
    'badFile',
    `expected a recording in ${path}, but the folder holds no .ndjson file; name the recording's own folder`,
  );
}

function singleFile(path: string): Segment {
  const isGzip = path.endsWith('.gz');
  const index = path.replace(/\.ndjson\.gz$/, '.idx');
  return { name: path, plain: isGzip ? null : path, gzip: isGzip ? path : null, index };
}

/** @throws EvenkeelError `badRecording` for another beginning. */
function checkHeader(line: RecordingLine, path: string): HeaderLine {
  if (line.kind !== 'header' || line.format !== FORMAT) {
    throw new EvenkeelError(
      'badRecording',
      `expected ${path} to begin with a header line of ${FORMAT}, got a line of kind "${line.kind}"`,
    );
  }
  if (line.version !== FORMAT_VERSION) {
    throw new EvenkeelError(
      'badRecording',
      `${path} has format version ${line.version}, this agent reads ${FORMAT_VERSION}; use the agent that wrote it (${line.agentVersion ?? 'it does not say which'})`,
    );
  }
  return line;
}

function unknownFormat(path: string, text: string): EvenkeelError {
  const seen = text === '' ? 'nothing' : JSON.stringify(text.slice(0, 60));
  return new EvenkeelError(
    'badFile',
    `expected a recording of Evenkeel at ${path}, but it begins with ${seen}`,
  );
}
