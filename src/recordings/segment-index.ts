/** The index beside a compressed segment: where each gzip member begins, and which time it holds. */
import { readFileSync, statSync } from 'node:fs';

/** One gzip member; a line of JSON in the index. */
export interface IndexEntry {
  /** Where it begins in the compressed file, and how long it is, in bytes. */
  offset: number;
  bytes: number;
  lines: number;
  samples: number;
  /** Tick time in ms of its first and last sample; null without one. */
  fromAtMs: number | null;
  toAtMs: number | null;
  /** Earliest and latest wall time in ms of its samples; null without one. A wall clock may have been set back. */
  fromWallMs: number | null;
  toWallMs: number | null;
  /** Whether it holds what later lines depend on: a header or a book. */
  hasHead: boolean;
}

/** What is found out about lines while they are gathered for one member. */
export type Contents = Omit<IndexEntry, 'offset' | 'bytes'>;

/** How the writer begins a sample; an index is made without parsing. */
const SAMPLE = /^\{"kind":"sample","atMs":(-?\d+),"wallMs":(-?\d+(?:\.\d+)?)/;
const HEAD = /^\{"kind":"(?:header|book)"/;
/** Longer than any match of these. */
const START_BYTES = 96;

/** Contents of no line. */
export function noContents(): Contents {
  return {
    lines: 0,
    samples: 0,
    fromAtMs: null,
    toAtMs: null,
    fromWallMs: null,
    toWallMs: null,
    hasHead: false,
  };
}

/** Adds the line that begins at `start` to what a member holds. */
export function addLine(contents: Contents, bytes: Buffer, start: number): void {
  contents.lines++;
  const text = bytes.toString('latin1', start, Math.min(bytes.length, start + START_BYTES));
  const [, at, wall] = SAMPLE.exec(text) ?? [];
  if (at === undefined || wall === undefined) {
    contents.hasHead ||= HEAD.test(text);
    return;
  }
  const [atMs, wallMs] = [Number(at), Number(wall)];
  contents.samples++;
  contents.fromAtMs ??= atMs;
  contents.toAtMs = atMs;
  contents.fromWallMs = Math.min(contents.fromWallMs ?? wallMs, wallMs);
  contents.toWallMs = Math.max(contents.toWallMs ?? wallMs, wallMs);
}

/** An index as text. */
export function indexText(entries: readonly IndexEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

/** The index of a compressed segment; null where there is none or where it is not this file's. */
export function readIndex(indexPath: string, gzipPath: string): IndexEntry[] | null {
  try {
    const text = readFileSync(indexPath, 'utf8').trimEnd();
    const entries = text.split('\n').map((line) => JSON.parse(line) as IndexEntry);
    let end = 0;
    for (const { offset, bytes } of entries) {
      if (offset !== end || !Number.isInteger(bytes) || bytes <= 0) return null;
      end += bytes;
    }
    return end === statSync(gzipPath).size ? entries : null;
  } catch {
    // Without one the whole file is read.
    return null;
  }
}
