/** From a log's bytes to its lines, whatever it is encoded in; memory does not grow with the file. */
import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';

/** A line that is longer is cut: no log has one, but a file without line ends must not fill the memory. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const LF = 0x0a;
/** Characters by which a file shows that its other encoding is a Chinese one. */
const CHINESE = /[\u4e00-\u9fff]/;

/** Turns bytes into lines as they come. */
export interface LineDecoder {
  /** The lines that these bytes end. */
  push(bytes: Buffer): string[];
  /** The last line, where no line end follows it. */
  end(): string[];
}

/** The decoder for a file that begins with these bytes. */
export function lineDecoder(start: Buffer): LineDecoder {
  if (start[0] === 0xff && start[1] === 0xfe) return new WideLines('utf-16le');
  if (start[0] === 0xfe && start[1] === 0xff) return new WideLines('utf-16be');
  return new ByteLines();
}

/** Lines as they come. */
export interface LineBatch {
  lines: string[];
  /** It is the file's last line, and no line end follows it. */
  isUnended: boolean;
}

/** The lines of bytes in batches, as they come. */
export async function* linesOfBytes(chunks: AsyncIterable<Buffer>): AsyncGenerator<LineBatch> {
  let decoder: LineDecoder | null = null;
  for await (const chunk of chunks) {
    decoder ??= lineDecoder(chunk);
    yield { lines: decoder.push(chunk), isUnended: false };
  }
  if (decoder !== null) yield { lines: decoder.end(), isUnended: true };
}

/**
 * What belongs to no line is taken off: carriage returns before the line end, the mark that stands at the beginning of
 * some files, NUL bytes that pad a header to a fixed width.
 */
function clean(line: string): string {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  const unmarked = text.startsWith('\ufeff') ? text.slice(1) : text;
  return unmarked.includes('\0') ? unmarked.replaceAll('\0', '') : unmarked;
}

class WideLines implements LineDecoder {
  readonly #decoder: TextDecoder;
  #rest = '';

  constructor(encoding: 'utf-16le' | 'utf-16be') {
    this.#decoder = new TextDecoder(encoding);
  }

  push(bytes: Buffer): string[] {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, MAX_LINE_BYTES);
    return lines.map(clean);
  }

  end(): string[] {
    const last = this.#rest + this.#decoder.decode();
    return last === '' ? [] : [clean(last)];
  }
}

/** UTF-8; a line that is none is taken in the code page of the tool's language, for itself: HWiNFO mixes both. */
class ByteLines implements LineDecoder {
  #rest: Buffer[] = [];
  #restBytes = 0;
  #isChinese = false;

  push(bytes: Buffer): string[] {
    const end = bytes.lastIndexOf(LF);
    if (end < 0) {
      if (this.#restBytes < MAX_LINE_BYTES) {
        this.#rest.push(bytes);
        this.#restBytes += bytes.length;
      }
      return [];
    }
    const whole = Buffer.concat([...this.#rest, bytes.subarray(0, end)]);
    this.#rest = [bytes.subarray(end + 1)];
    this.#restBytes = bytes.length - end - 1;
    return this.#decode(whole);
  }

  end(): string[] {
    const last = Buffer.concat(this.#rest);
    return last.length === 0 ? [] : this.#decode(last);
  }

  #decode(bytes: Buffer): string[] {
    if (!isUtf8(bytes)) return splitBytes(bytes).map((line) => clean(this.#decodeLine(line)));
    const text = bytes.toString('utf8');
    // Only text with wide characters is longer in bytes; most logs need not be searched.
    this.#isChinese ||= text.length < bytes.length && CHINESE.test(text);
    return text.split('\n').map(clean);
  }

  #decodeLine(line: Buffer): string {
    if (!isUtf8(line)) return new TextDecoder(this.#isChinese ? 'gbk' : 'windows-1252').decode(line);
    const text = line.toString('utf8');
    this.#isChinese ||= CHINESE.test(text);
    return text;
  }
}

function splitBytes(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  lines.push(bytes.subarray(start));
  return lines;
}
