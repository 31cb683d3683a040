/** Writes lines to one file: within `FLUSH_MS` to the operating system, within `SYNC_MS` to the disk. */
import type { FileHandle } from 'node:fs/promises';
import type { RecordingLine } from './format.js';
import { meaningOf } from './out-file.js';

/** Longest time a line waits in memory, in ms: what a killed agent loses. */
export const FLUSH_MS = 250;
/** Longest time a line is the operating system's alone, in ms: what a loss of power costs. */
export const SYNC_MS = 10_000;
/** Lines held while the disk is slow; above this the recording ends rather than memory grow. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** A file that is appended to until it is closed; a failure is kept and told once, never thrown. */
export class FileWriter {
  readonly #file: Promise<FileHandle>;
  readonly #onFailure: (why: string) => void;
  /** Runs while lines wait: a file that nothing is written to wakes nobody. */
  #timer: NodeJS.Timeout | undefined;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> = Promise.resolve();
  #syncedAtMs: number = performance.now();
  #failure: string | null = null;

  /** `file` may still be on its way to being opened. */
  constructor(file: FileHandle | Promise<FileHandle>, onFailure: (why: string) => void) {
    this.#file = Promise.resolve(file);
    this.#onFailure = onFailure;
    this.#file.catch((error: unknown) => this.#fail(meaningOf(error)));
  }

  get failure(): string | null {
    return this.#failure;
  }

  /** Queues a text of whole lines; never waits and never throws. Returns its bytes, about. */
  writeText(text: string): number {
    if (this.#failure !== null) return 0;
    this.#waiting.push(text);
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS).unref();
    this.#waitingBytes += text.length;
    if (this.#waitingBytes > MAX_WAITING_BYTES)
      this.#fail('the disk is too slow: 64 MiB of lines wait to be written');
    return text.length;
  }

  write(line: RecordingLine): number {
    return this.#failure === null ? this.writeText(`${JSON.stringify(line)}\n`) : 0;
  }

  /** Writes what waits, syncs and closes. */
  async close(): Promise<void> {
    this.#flush();
    await this.#writing;
    try {
      const file = await this.#file;
      try {
        if (this.#failure === null) await syncFile(file);
      } catch (error) {
        this.#fail(meaningOf(error));
      }
      await file.close();
    } catch (error) {
      this.#fail(meaningOf(error));
    }
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const text = this.#waiting.join('');
    this.#waiting = [];
    this.#writing = this.#writing.then(async () => {
      if (this.#failure !== null) return;
      try {
        const file = await this.#file;
        await file.appendFile(text);
        this.#waitingBytes -= text.length;
        if (performance.now() - this.#syncedAtMs < SYNC_MS) return;
        await syncFile(file);
        this.#syncedAtMs = performance.now();
      } catch (error) {
        this.#fail(meaningOf(error));
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

/** A device or a pipe has nothing to sync, and says so. */
async function syncFile(file: FileHandle): Promise<void> {
  try {
    await file.sync();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
  }
}
