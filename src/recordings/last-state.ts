/** What the newest run of a folder of recordings remembered last, read from the end so that its length does not matter. */
import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { recordingsOf } from './folder.js';
import { FORMAT, FORMAT_VERSION, type HeaderLine, type StateLine } from './format.js';

/** Recordings looked through: one that was killed at its very beginning has no state of its own. */
const RECORDINGS = 3;
/** A header holds the texts of a profile. */
const MAX_HEADER_BYTES = 1024 * 1024;
/** A minute of samples, the longest time without a state, takes less. */
const MAX_TAIL_BYTES = 16 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
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
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.ndjson'))
    .sort();
  const [first] = files;
  if (first === undefined) return null;
  const header = parse<HeaderLine>(firstLine(join(folder, first)));
  if (header?.kind !== 'header' || header.format !== FORMAT || header.version !== FORMAT_VERSION) return null;
  for (const name of files.reverse()) {
    const state = lastStateLine(join(folder, name));
    if (state !== null) return { folder, header, state };
  }
  return null;
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
      for (const line of whole.reverse()) {
        if (!line.startsWith(STATE_START)) continue;
        const state = parse<StateLine>(Buffer.from(line, 'latin1').toString('utf8'));
        if (state !== null && typeof state.atMs === 'number' && typeof state.wallMs === 'number')
          return state;
      }
    }
    return null;
  });
}

function firstLine(path: string): string {
  return withFile(path, (fd, size) => {
    const text = read(fd, 0, Math.min(size, MAX_HEADER_BYTES)).toString('utf8');
    return text.slice(0, Math.max(0, text.indexOf('\n')));
  });
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
