/** A recording's lines that are made from what the agent holds. */
import type { BookLine, FrameRecord } from '../recordings/format.js';
import { hashFiles } from '../rules/book.js';
import type { FrameLine } from '../shapes/generated/bot-line.js';
import type { Book, BookFile } from '../shapes/rule.js';

/**
 * The book as a recording keeps it. Folders are numbered instead of named: a recording tells nothing of where its
 * machine keeps files.
 */
export function bookLine(book: Book, atMs: number): BookLine {
  const files = book.files.map(
    ({ path, folder, text }): BookFile => ({
      path: `${folder === 0 ? 'rules' : `overlay-${folder}`}/${path.split('/').pop() ?? path}`,
      folder,
      text,
    }),
  );
  return { kind: 'book', atMs, hash: hashFiles(files), files };
}

/** The keys of a frame that are known; whatever else a bot sends with it is its own. */
const KNOWN = [
  'id',
  'atMs',
  'totalMs',
  'width',
  'height',
  'stagesMs',
  'waitMs',
  'inference',
  'queueSize',
  'drops',
  'skipped',
  'skipReason',
  'scene',
] as const satisfies readonly (keyof FrameLine)[];

/** A frame as a recording keeps it where every one is asked for. */
export function frameRecord(session: string, line: FrameLine): FrameRecord {
  const known = KNOWN.filter((key) => line[key] !== undefined).map((key) => [key, line[key]]);
  return { kind: 'frame', session, frame: Object.fromEntries(known) as FrameRecord['frame'] };
}
