/**
 * Writes a recording as newline-delimited JSON, in segments. The one that is written is plain; each that is closed is
 * compressed beside the loop. A disk that is full ends the recording and not the agent.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { EvenkeelError, reasonOf } from '../errors.js';
import { makeFolder } from '../state-folder.js';
import { compressSegment } from './compress.js';
import { FileWriter } from './file-writer.js';
import type { HeaderLine, RecordingLine } from './format.js';
import { segmentPath } from './segments.js';

/** A segment is closed at this size or age, whichever comes first: in bytes, about, and in ms. */
const SEGMENT: { bytes: number; ms: number } = { bytes: 8 * 1024 * 1024, ms: 600_000 };

/** An open recording; a failure is kept and told, never thrown. */
export interface RecordingWriter {
  readonly folder: string;
  /** Queues a line; never waits and never throws. The first one is the header. */
  write(line: RecordingLine): void;
  /** The segment has its size or age: `beginSegment` is due before the next tick. */
  readonly isSegmentFull: boolean;
  /** Closes the segment; the next begins with the header and these lines, so that it can be read by itself. */
  beginSegment(head: readonly RecordingLine[]): void;
  /** Why nothing is written any more, or null. */
  readonly failure: string | null;
  /** Writes what waits, syncs and closes. */
  close(): Promise<void>;
}

/** What happens beside the writing, and what tests set otherwise. */
export interface WriterOptions {
  /** Told once when the recording has to end early. */
  onFailure: (why: string) => void;
  /** Told when a closed segment stays plain: nothing is lost by it but room. */
  onNote?: (why: string) => void;
  /** After each segment: the moment to make room. */
  onSegment?: () => void;
  /** What is written of a line. */
  rewrite?: (line: RecordingLine) => RecordingLine;
  /** After everything is closed. */
  onClosed?: () => Promise<void>;
  segment?: { bytes: number; ms: number };
  openFile?: (path: string) => Promise<FileHandle>;
}

/**
 * Starts a recording in a new folder.
 * @throws EvenkeelError `badFile` when the folder or file cannot be made.
 */
export async function startRecording(folder: string, options: WriterOptions): Promise<RecordingWriter> {
  const path = segmentPath(folder, 1);
  try {
    await makeFolder(folder);
    return new SegmentWriter(folder, await (options.openFile ?? openNew)(path), options);
  } catch (cause) {
    const remedy = 'name another folder with --record, or switch recording off with recording.enabled: false';
    throw new EvenkeelError('badFile', `cannot record into ${path}: ${reasonOf(cause)}; ${remedy}`, {
      cause,
    });
  }
}

/** Exclusive: two agents never write one recording. */
function openNew(path: string): Promise<FileHandle> {
  return open(path, 'wx', 0o600);
}

class SegmentWriter implements RecordingWriter {
  readonly folder: string;
  readonly #options: WriterOptions;
  readonly #limits: { bytes: number; ms: number };
  #file: FileWriter;
  #number = 1;
  #bytes = 0;
  #begunAtMs: number = performance.now();
  #header: HeaderLine | null = null;
  #failure: string | null = null;
  /** Ends when all earlier segments are closed and compressed. */
  #compressing: Promise<void> = Promise.resolve();

  constructor(folder: string, file: FileHandle, options: WriterOptions) {
    this.folder = folder;
    this.#options = options;
    this.#limits = options.segment ?? SEGMENT;
    this.#file = this.#writerOf(file);
  }

  get failure(): string | null {
    return this.#failure;
  }

  get isSegmentFull(): boolean {
    if (this.#failure !== null || this.#header === null) return false;
    return this.#bytes >= this.#limits.bytes || performance.now() - this.#begunAtMs >= this.#limits.ms;
  }

  write(line: RecordingLine): void {
    if (this.#failure !== null) return;
    if (line.kind === 'header') this.#header = line;
    this.#add(line);
  }

  beginSegment(head: readonly RecordingLine[]): void {
    const header = this.#header;
    if (header === null || this.#failure !== null) return;
    const path = segmentPath(this.folder, this.#number);
    const closed = this.#file.close();
    this.#number++;
    const next = segmentPath(this.folder, this.#number);
    // Not before the last line of this one is written: a kill in between must leave no hole.
    this.#file = this.#writerOf(closed.then(() => (this.#options.openFile ?? openNew)(next)));
    [this.#bytes, this.#begunAtMs] = [0, performance.now()];
    for (const line of [{ ...header, segment: this.#number }, ...head]) this.#bytes += this.#file.write(line);
    this.#compressing = Promise.all([this.#compressing, closed]).then(() => this.#compress(path));
  }

  async close(): Promise<void> {
    await this.#file.close();
    await this.#compressing;
    await this.#options.onClosed?.();
  }

  #add(line: RecordingLine): void {
    const { rewrite } = this.#options;
    this.#bytes += this.#file.write(rewrite === undefined ? line : rewrite(line));
  }

  #writerOf(file: FileHandle | Promise<FileHandle>): FileWriter {
    return new FileWriter(file, (why) => this.#fail(why));
  }

  async #compress(path: string): Promise<void> {
    if (this.#failure !== null) return;
    try {
      await compressSegment(path);
    } catch (error) {
      this.#options.onNote?.(`${path} stays as it is, uncompressed: ${reasonOf(error)}`);
    }
    this.#options.onSegment?.();
  }

  #fail(why: string): void {
    if (this.#failure !== null) return;
    this.#failure = why;
    this.#options.onFailure(why);
  }
}
