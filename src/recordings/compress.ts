/** Rewrites a closed segment as independent gzip members with an index, in zlib's own threads and without a moment in which lines are missing. */
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { addLine, type Contents, type IndexEntry, indexText, noContents } from './segment-index.js';

/** Lines of one member: a member is what has to be unpacked to read one of its lines. */
const MEMBER_LINES = 6_000;
/** A member of long lines ends sooner, in bytes. */
const MEMBER_BYTES = 4 * 1024 * 1024;
/** Read at once, in bytes; what is done with them on the agent's own thread stays below a millisecond. */
const CHUNK_BYTES = 256 * 1024;
/** The fastest: a fifth of the size for a third of the time of the default. */
const LEVEL = 1;
const LINE_FEED = 10;

const gzipAsync = promisify(gzip);

/** Bytes of whole lines, and what they hold. */
interface Member {
  bytes: Buffer;
  contents: Contents;
}

/**
 * Makes `NNNNNN.ndjson.gz` and `NNNNNN.idx` of `NNNNNN.ndjson`. The plain file goes last: whenever the process is
 * killed, every line is in at least one whole file, and readers take one of the two.
 * @throws the file system's error; the plain file is then as it was, and nothing else is left.
 */
export async function compressSegment(plain: string): Promise<void> {
  const [gz, index] = [`${plain}.gz`, plain.replace(/\.ndjson$/, '.idx')];
  const parts = [`${gz}.part`, `${index}.part`] as const;
  if ((await stat(plain)).size === 0) return;
  try {
    const entries = await writeMembers(plain, parts[0]);
    await writeFile(parts[1], indexText(entries), { mode: 0o600 });
    await rename(parts[1], index);
    await rename(parts[0], gz);
  } catch (error) {
    for (const part of parts) await rm(part, { force: true }).catch(() => undefined);
    throw error;
  }
  await rm(plain);
}

async function writeMembers(plain: string, path: string): Promise<IndexEntry[]> {
  const entries: IndexEntry[] = [];
  const file = await open(path, 'w', 0o600);
  try {
    let offset = 0;
    for await (const { bytes, contents } of membersOf(plain)) {
      const packed = await gzipAsync(bytes, { level: LEVEL });
      await file.appendFile(packed);
      entries.push({ offset, bytes: packed.length, ...contents });
      offset += packed.length;
    }
    // The name that readers look for must never be that of a file whose bytes are still on their way.
    await file.sync();
  } finally {
    await file.close();
  }
  return entries;
}

/** A line that was torn by a kill is the end of the last member, as it is. */
async function* membersOf(plain: string): AsyncGenerator<Member> {
  let parts: Buffer[] = [];
  let bytes = 0;
  let contents = noContents();
  const take = (): Member => {
    const member = { bytes: Buffer.concat(parts), contents };
    [parts, bytes, contents] = [[], 0, noContents()];
    return member;
  };
  let rest: Buffer = Buffer.alloc(0);
  for await (const read of createReadStream(plain, { highWaterMark: CHUNK_BYTES })) {
    const chunk = rest.length === 0 ? (read as Buffer) : Buffer.concat([rest, read as Buffer]);
    let start = 0;
    let begun = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      addLine(contents, chunk, start);
      start = end + 1;
      if (contents.lines < MEMBER_LINES && bytes + start - begun < MEMBER_BYTES) continue;
      parts.push(chunk.subarray(begun, start));
      begun = start;
      yield take();
    }
    parts.push(chunk.subarray(begun, start));
    bytes += start - begun;
    rest = chunk.subarray(start);
  }
  if (rest.length > 0) {
    addLine(contents, rest, 0);
    parts.push(rest);
  }
  if (contents.lines > 0) yield take();
}
