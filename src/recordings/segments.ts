/** The files of a recording: numbered segments, plain while they are written and gzip members with an index after. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What a recording's folder holds, and nothing else in it is ours. */
const OURS = /^\d{6}\.(?:ndjson|ndjson\.gz|ndjson\.gz\.part|idx|idx\.part)$/;
/** What is read as a segment, whoever named it. */
const SEGMENT = /^(.+)\.ndjson(\.gz)?$/;

/** One segment; where it was being compressed when its agent was killed both files may be there. */
export interface Segment {
  /** Without its ending; segments are read in the order of their names. */
  name: string;
  /** The plain file, or null. */
  plain: string | null;
  /** The compressed file, or null. */
  gzip: string | null;
  /** Where the compressed file's index would be. */
  index: string;
}

/** Path of a segment that is written; `number` counts from 1. */
export function segmentPath(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(6, '0')}.ndjson`);
}

/** Whether a name in a recording's folder is one that an agent gave. */
export function isOurs(name: string): boolean {
  return OURS.test(name);
}

/**
 * The segments of a folder in their order.
 * @throws the file system's error.
 */
export function segmentsOf(folder: string): Segment[] {
  const segments = new Map<string, Segment>();
  for (const file of readdirSync(folder).sort()) {
    const [, name, gz] = SEGMENT.exec(file) ?? [];
    if (name === undefined) continue;
    const none = { name, plain: null, gzip: null, index: join(folder, `${name}.idx`) };
    const before = segments.get(name) ?? none;
    segments.set(name, { ...before, [gz === undefined ? 'plain' : 'gzip']: join(folder, file) });
  }
  return [...segments.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
