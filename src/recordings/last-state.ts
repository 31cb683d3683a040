/** What the newest run of a folder of recordings remembered last, read from the end so that its length does not matter. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { recordingsOf } from './folder.js';
import { FORMAT, FORMAT_VERSION, type HeaderLine, type StateLine } from './format.js';
import { readIndex } from './segment-index.js';
import { type Segment, segmentsOf } from './segments.js';

/** Recordings looked through: one that was killed at its very beginning has no state of its own. */
const RECORDINGS = 3;
/** A header holds the texts of a profile. */
const MAX_HEADER_BYTES = 1024 * 1024;
/** A minute of samples, the longest time without a state, takes less. */
const MAX_TAIL_BYTES = 16 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
/** More than a member of the writer's holds, in bytes. */
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;
/** How a state line begins, as the writer writes it. */
const STATE_START = '{"kind":"state"';

/** The last state of a run, and the header it was recorded under. */
export interface LastState {
  folder: string;
  header: HeaderLine;
  state: StateLine;
}

/** The newest recording's last state; null where there is none. What is torn or of another format is passed over. */
export function readLastState(parent: string): LastState | null {
  for (const folder of recordingsOf(parent).slice(0, RECORDINGS)) {
    try {
      const found = lastStateOf(folder);
      if (found !== null) return found;
    } catch {
      // One that cannot be read is as good as none.
    }
  }
  return null;
}

function lastStateOf(folder: string): LastState | null {
  const segments = segmentsOf(folder);
  const [first] = segments;
  if (first === undefined) return null;
  const header = parse<HeaderLine>(firstLine(first));
  if (header?.kind !== 'header' || header.format !== FORMAT || header.version !== FORMAT_VERSION) return null;
  for (const segment of segments.reverse()) {
    const state = segment.plain === null ? lastPackedState(segment) : lastStateLine(segment.plain);
    if (state !== null) return { folder, header, state };
  }
  return null;
}

/** Of a compressed segment: its members from the last one on, or the whole file where there is no index. */
function lastPackedState({ gzip, index }: Segment): StateLine | null {
  if (gzip === null) return null;
  const entries = readIndex(index, gzip);
  const places = entries ?? [{ offset: 0, bytes: Math.min(statSync(gzip).size, MAX_TAIL_BYTES) }];
  for (const { offset, bytes } of places.reverse()) {
    const state = lastOf(
      unpack(gzip, offset, offset + bytes)
        .toString('utf8')
        .split('\n'),
      String,
    );
    if (state !== null) return state;
  }
  return null;
}

/** What there is before a torn or damaged end. */
function unpack(path: string, start: number, end: number): Buffer {
  const packed = withFile(path, (fd) => read(fd, start, end));
  return gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_UNPACKED_BYTES });
}

/** Looks backwards for a whole state line; one that is torn is none. */
function lastStateLine(path: string): StateLine | null {
  return withFile(path, (fd, size) => {
    let tail = '';
    for (let end = size; end > 0 && size - end < MAX_TAIL_BYTES; ) {
      const start = Math.max(0, end - CHUNK_BYTES);
      // Bytes as characters: a chunk may begin within one, and only whole lines are read as text.
      tail = read(fd, start, end).toString('latin1') + tail;
      end = start;
      const lines = tail.split('\n');
      const whole = start === 0 ? lines : lines.slice(1);
      const state = lastOf(whole, (line) => Buffer.from(line, 'latin1').toString('utf8'));
      if (state !== null) return state;
    }
    return null;
  });
}

function lastOf(lines: string[], decode: (line: string) => string): StateLine | null {
  for (const line of lines.reverse()) {
    if (!line.startsWith(STATE_START)) continue;
    const state = parse<StateLine>(decode(line));
    if (state !== null && typeof state.atMs === 'number' && typeof state.wallMs === 'number') return state;
  }
  return null;
}

function firstLine({ plain, gzip }: Segment): string {
  const start = (size: number): number => Math.min(size, MAX_HEADER_BYTES);
  const bytes =
    plain === null
      ? unpack(gzip ?? '', 0, start(statSync(gzip ?? '').size))
      : withFile(plain, (fd, size) => read(fd, 0, start(size)));
  const text = bytes.toString('utf8');
  return text.slice(0, Math.max(0, text.indexOf('\n')));
}

function withFile<T>(path: string, use: (fd: number, size: number) => T): T {
  const fd = openSync(path, 'r');
  try {
    return use(fd, fstatSync(fd).size);
  } finally {
    closeSync(fd);
  }
}

function read(fd: number, start: number, end: number): Buffer {
  const buffer = Buffer.alloc(end - start);
  return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, start));
}

function parse<T>(line: string): T | null {
  try {
    return JSON.parse(line) as T | null;
  } catch {
    return null;
  }
}
