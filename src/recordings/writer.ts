/**
 * Writes a recording as newline-delimited JSON. Lines reach the operating system within `FLUSH_MS`, so that a killed
 * agent loses less than that; they are synced to the disk when the recording is closed. A disk that is full ends the
 * recording and not the agent.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { EvenkeelError, reasonOf } from '../errors.js';
import { makeFolder } from '../state-folder.js';
import type { RecordingLine } from './format.js';

/** Longest time a line waits in memory, in ms. */
export const FLUSH_MS = 250;
/** Lines held while the disk is slow; above this the recording ends rather than memory grow. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** An open recording; a failure is kept and told, never thrown. */
export interface RecordingWriter {
  readonly folder: string;
  /** Queues a line; never waits and never throws. */
  write(line: RecordingLine): void;
  /** Why nothing is written any more, or null. */
  readonly failure: string | null;
  /** Writes what waits, syncs and closes. */
  close(): Promise<void>;
}

/**
 * Starts a recording in a new folder; `onFailure` is told once when it has to end early.
 * @throws EvenkeelError `badFile` when the folder or file cannot be made.
 */
export async function startRecording(
  folder: string,
  onFailure: (why: string) => void,
): Promise<RecordingWriter> {
  const path = join(folder, '000001.ndjson');
  try {
    await makeFolder(folder);
    // Exclusive: two agents never write one recording.
    const file = await open(path, 'wx', 0o600);
    return new FileWriter(folder, file, onFailure);
  } catch (cause) {
    const remedy = 'name another folder with --record, or switch recording off with recording.enabled: false';
    throw new EvenkeelError('badFile', `cannot record into ${path}: ${reasonOf(cause)}; ${remedy}`, {
      cause,
    });
  }
}

/** Writes to an open file; told apart so that a full disk can be tried. */
export class FileWriter implements RecordingWriter {
  readonly folder: string;
  readonly #file: FileHandle;
  readonly #onFailure: (why: string) => void;
  readonly #timer: NodeJS.Timeout;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> = Promise.resolve();
  #failure: string | null = null;

  constructor(folder: string, file: FileHandle, onFailure: (why: string) => void) {
    this.folder = folder;
    this.#file = file;
    this.#onFailure = onFailure;
    this.#timer = setInterval(() => this.#flush(), FLUSH_MS);
    this.#timer.unref();
  }

  get failure(): string | null {
    return this.#failure;
  }

  write(line: RecordingLine): void {
    if (this.#failure !== null) return;
    const text = `${JSON.stringify(line)}\n`;
    this.#waiting.push(text);
    this.#waitingBytes += text.length;
    if (this.#waitingBytes > MAX_WAITING_BYTES)
      this.#fail('the disk is too slow: 64 MiB of lines wait to be written');
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#flush();
    await this.#writing;
    try {
      if (this.#failure === null) await this.#file.sync();
    } catch (error) {
      this.#fail(reasonOf(error));
    }
    try {
      await this.#file.close();
    } catch (error) {
      this.#fail(reasonOf(error));
    }
  }

  #flush(): void {
    if (this.#waiting.length === 0) return;
    const text = this.#waiting.join('');
    this.#waiting = [];
    this.#writing = this.#writing.then(async () => {
      if (this.#failure !== null) return;
      try {
        await this.#file.appendFile(text);
        this.#waitingBytes -= text.length;
      } catch (error) {
        this.#fail(reasonOf(error));
      }
    });
  }

  #fail(why: string): void {
    if (this.#failure !== null) return;
    this.#failure = why;
    this.#waiting = [];
    this.#onFailure(why);
  }
}
