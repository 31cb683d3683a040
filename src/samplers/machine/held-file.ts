/** A file of /proc that is read again and again: opened once, read from its start each time. */
import { closeSync, openSync, readSync } from 'node:fs';

/** A file that is not there is tried again at the next reading. */
export class HeldFile {
  readonly #path: string;
  #fd: number | null = null;
  #buffer: Buffer = Buffer.allocUnsafe(16_384);

  constructor(path: string) {
    this.#path = path;
  }

  /** The whole text as it is now, or null when the file is not there or cannot be read. */
  read(): string | null {
    try {
      this.#fd ??= openSync(this.#path, 'r');
      let length = 0;
      for (;;) {
        const count = readSync(this.#fd, this.#buffer, length, this.#buffer.length - length, length);
        if (count === 0) return this.#buffer.toString('latin1', 0, length);
        length += count;
        if (length === this.#buffer.length) this.#buffer = Buffer.concat([this.#buffer], length * 2);
      }
    } catch {
      this.close();
      return null;
    }
  }

  close(): void {
    if (this.#fd === null) return;
    try {
      closeSync(this.#fd);
    } finally {
      this.#fd = null;
    }
  }
}
