/** Bytes of a child to lines, in bounded memory. */

/** Longer lines than this are no row of nvidia-smi, in characters. */
const LONGEST = 8_192;

/** Hands on each complete line; empty ones are left out. */
export class Lines {
  readonly #listener: (line: string) => void;
  #rest = '';

  constructor(listener: (line: string) => void) {
    this.#listener = listener;
  }

  add(chunk: Buffer): void {
    const lines = (this.#rest + chunk.toString('utf8')).split(/\r?\n/);
    this.#rest = (lines.pop() ?? '').slice(-LONGEST);
    for (const line of lines) this.#tell(line);
  }

  /** No more bytes come: what is left is a line. */
  end(): void {
    this.#tell(this.#rest);
    this.#rest = '';
  }

  #tell(line: string): void {
    const text = line.trim();
    if (text !== '' && text.length <= LONGEST) this.#listener(text);
  }
}
