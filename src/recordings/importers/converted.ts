/** A log that `convert` made a recording of, read as the log it was: judged and told as if it had never been converted. */
import type { FactValue, Readings } from '../../shapes/reading.js';
import { parseLine } from '../check-line.js';
import { FORMAT, FORMAT_VERSION, type HeaderLine, type ImportedFrom } from '../format.js';
import type { ImportContext, Importer, LineTaker } from './importer.js';

/** The first line of a converted log. */
export type ConvertedHeader = HeaderLine & { imported: ImportedFrom };

/** The header that a line is, if it is a converted log's; null for everything else, runs among it. */
export function convertedHeader(first: string): ConvertedHeader | null {
  if (!first.startsWith('{"kind":"header"')) return null;
  const line = parseLine(first);
  return line?.kind === 'header' &&
    line.format === FORMAT &&
    line.version === FORMAT_VERSION &&
    line.imported !== undefined
    ? { ...line, imported: line.imported }
    : null;
}

/** The importer of a converted log; it is chosen by the log's header. */
export function convertedLog(header: ConvertedHeader): Importer {
  return {
    format: FORMAT,
    isPerFrame: header.imported.isPerFrame,
    sniff: ([first = '']) => convertedHeader(first) !== null,
    open: (context) => new Reader(context, header),
  };
}

class Reader implements LineTaker {
  readonly #context: ImportContext;

  constructor(context: ImportContext, { clock }: ConvertedHeader) {
    this.#context = context;
    context.clock.isZoned = clock === 'own' ? null : clock !== 'local';
  }

  take(text: string): string | null {
    if (text.trim() === '') return null;
    const line = parseLine(text);
    if (line === null) return 'no complete line of a recording';
    if (line.kind !== 'sample') return null;
    const { wallMs, readings, begins, stream } = line;
    this.#context.emit({
      timeMs: wallMs,
      facts: valuesOf(readings),
      begins: begins === true,
      ...(stream === undefined ? {} : { stream }),
    });
    return null;
  }

  end(): void {}
}

function valuesOf(readings: Readings): Record<string, FactValue> {
  const facts: Record<string, FactValue> = {};
  for (const fact in readings) {
    const value = readings[fact]?.[0];
    if (value !== undefined && value !== null) facts[fact] = value;
  }
  return facts;
}
