/** The file that the lines of a digest are written to. */
import { closeSync, fstatSync, openSync, rmSync, writeSync } from 'node:fs';
import { EvenkeelError, reasonOf } from '../errors.js';

/** Written at once, in characters, about. */
const BLOCK_CHARS = 64 * 1024;

/** Lines are few beside the samples that they are decided from, so nobody waits for them. */
export class DecisionsFile {
  readonly #path: string;
  readonly #file: number;
  #block = '';

  /** Opens it, over what is there. @throws EvenkeelError `badFile` where it cannot be written. */
  constructor(path: string) {
    this.#path = path;
    this.#file = this.#guarded(() => openSync(path, 'w'));
  }

  /** @throws EvenkeelError `badFile` where it cannot be written. */
  write(line: string): void {
    this.#block += `${line}\n`;
    if (this.#block.length >= BLOCK_CHARS) this.#flush();
  }

  /** @throws EvenkeelError `badFile` where it cannot be written. */
  end(): void {
    this.#flush();
    this.#guarded(() => closeSync(this.#file));
  }

  /** Half a file would look like a whole one; a device or a pipe is not ours to remove. */
  abandon(): void {
    const isFile = fstatSync(this.#file).isFile();
    closeSync(this.#file);
    if (isFile) rmSync(this.#path, { force: true });
  }

  #flush(): void {
    const text = Buffer.from(this.#block);
    this.#block = '';
    this.#guarded(() => {
      for (let from = 0; from < text.length; ) from += writeSync(this.#file, text, from);
    });
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      const message = `cannot write the decisions to ${this.#path}: ${reasonOf(cause)}; name another file`;
      throw new EvenkeelError('badFile', message, { cause });
    }
  }
}
