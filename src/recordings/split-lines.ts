/** From the bytes of a file to its lines, in flat memory. */
import { isAscii } from 'node:buffer';

/** More than a rule book takes; what has no line feed for longer is no line, and memory stays flat. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;
const LINE_FEED = 0x0a;

/**
 * The lines of UTF-8 text, those of each chunk together; `onDamage` is told of one that is too long. A chunk is looked
 * at only until the next one is asked for. Lines are found among the bytes: of a chunk as one text they would be parts
 * that keep all of it in memory, and no part of UTF-8 looks like a line feed. Where the chunks were `isCutOff`, which was told
 * already, half a line at their end is left out.
 */
export async function* splitLines(
  chunks: AsyncIterable<Buffer>,
  onDamage: (why: string) => void,
  maxLineBytes: number = MAX_LINE_BYTES,
  isCutOff: () => boolean = () => false,
): AsyncGenerator<string[]> {
  const begun = new BegunLine();
  let isTooLong = false;
  for await (const chunk of chunks) {
    // Most recordings are plain ASCII, which needs no decoder.
    const encoding = isAscii(chunk) ? 'latin1' : 'utf8';
    const lines: string[] = [];
    let from = 0;
    for (let to = chunk.indexOf(LINE_FEED); to >= 0; to = chunk.indexOf(LINE_FEED, from)) {
      if (begun.bytes > 0) lines.push(begun.end(chunk.subarray(from, to)));
      else if (!isTooLong) lines.push(chunk.toString(encoding, from, to));
      isTooLong = false;
      from = to + 1;
    }
    if (!isTooLong) begun.add(chunk.subarray(from));
    if (begun.bytes > maxLineBytes) {
      onDamage(`a line is longer than ${maxLineBytes} bytes`);
      begun.drop();
      isTooLong = true;
    }
    if (lines.length > 0) yield lines;
  }
  if (begun.bytes > 0 && !isCutOff()) yield [begun.end(Buffer.alloc(0))];
}

/** The bytes of a line whose end has not come yet. */
class BegunLine {
  #parts: Buffer[] = [];
  bytes = 0;

  add(part: Buffer): void {
    if (part.length === 0) return;
    this.#parts.push(Buffer.from(part));
    this.bytes += part.length;
  }

  /** The whole line; the next one begins. */
  end(part: Buffer): string {
    const text = Buffer.concat([...this.#parts, part]).toString('utf8');
    this.drop();
    return text;
  }

  drop(): void {
    this.#parts = [];
    this.bytes = 0;
  }
}
