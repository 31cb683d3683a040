/** Lines out of the pieces of a stream, each bounded in length. */
import { isUtf8 } from 'node:buffer';

const NEWLINE = 0x0a;
const EMPTY = Buffer.alloc(0);

/** A line's text, or null with what is wrong for one that was longer than the bound or is no UTF-8; `number` counts from 1. */
export type SplitLine =
  | { number: number; text: string }
  | { number: number; text: null; fault: 'tooLong' | 'notUtf8' };

/** Memory is bounded by one line, however the stream is cut. */
export class LineSplitter {
  readonly #limitBytes: number;
  #parts: Buffer[] = [];
  #bytes = 0;
  #number = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** The lines that end in this piece; empty ones are left out, but count. */
  push(piece: Buffer): SplitLine[] {
    const lines: SplitLine[] = [];
    let from = 0;
    for (let at = piece.indexOf(NEWLINE); at !== -1; at = piece.indexOf(NEWLINE, from)) {
      this.#hold(piece.subarray(from, at));
      this.#finish(lines);
      from = at + 1;
    }
    this.#hold(piece.subarray(from));
    return lines;
  }

  /** The last line when the stream ended without a newline. */
  end(): SplitLine[] {
    const lines: SplitLine[] = [];
    if (this.#bytes > 0) this.#finish(lines);
    return lines;
  }

  /** Beyond the bound only the length is kept: a line without end costs no memory. */
  #hold(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#limitBytes) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  #finish(lines: SplitLine[]): void {
    this.#number += 1;
    const isTooLong = this.#bytes > this.#limitBytes;
    const [first = EMPTY] = this.#parts;
    // Most lines lie in one piece, which needs no copy.
    const whole = this.#parts.length > 1 ? Buffer.concat(this.#parts) : first;
    this.#parts = [];
    this.#bytes = 0;
    const number = this.#number;
    if (isTooLong || !isUtf8(whole)) {
      lines.push({ number, text: null, fault: isTooLong ? 'tooLong' : 'notUtf8' });
      return;
    }
    const text = whole.toString().trim();
    if (text !== '') lines.push({ number, text });
  }
}
