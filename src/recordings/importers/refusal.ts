/** What is said of a log that nobody knows. */
import { EvenkeelError } from '../../errors.js';

/** Bytes and columns shown. */
const SHOWN_BYTES = 24;
const SHOWN_COLUMNS = 12;

/** Summaries that lie beside logs, and what to give instead. */
const SUMMARIES: readonly (readonly [pattern: RegExp, text: string])[] = [
  [
    /^TimeStamp,Application,Log Name,/i,
    "a summary of FrameView; give the log that its column 'Log Name' names",
  ],
  [
    /^0\.1% Min FPS,1% Min FPS,/i,
    'a summary of MangoHud; give the log beside it, without _summary in its name',
  ],
];

/** The refusal of a log: what was expected, what was seen, and how it can be mapped. */
export function unknownLog(
  path: string,
  start: Buffer,
  head: readonly string[],
  formats: readonly string[],
): EvenkeelError {
  const first = head.find((line) => line.trim() !== '') ?? '';
  const summary = SUMMARIES.find(([pattern]) => pattern.test(first))?.[1];
  if (summary !== undefined)
    return new EvenkeelError('badFile', `expected a log at ${path}, but it is ${summary}`);
  const known = `a recording of Evenkeel or a log of one of ${formats.join(', ')}`;
  return new EvenkeelError('badFile', `expected ${path} to be ${known}, ${seen(start, first)}`, {
    details: { formats: [...formats] },
  });
}

function seen(start: Buffer, first: string): string {
  if (start.length === 0) return 'but it is empty';
  const columns = first.split(/[,;\t]/).map((cell) => cell.trim());
  // A table is made of text, and has more columns than one.
  if (columns.length < 2 || /[^\P{Cc}\t]|\ufffd/u.test(first)) {
    const bytes = start
      .subarray(0, SHOWN_BYTES)
      .toString('hex')
      .replace(/(..)(?=.)/g, '$1 ');
    const text = JSON.stringify(first.slice(0, 60));
    return `but it begins with ${text} (bytes ${bytes}); if it is a table, say what its columns mean with --map (docs/logs.md)`;
  }
  const named = columns.slice(0, SHOWN_COLUMNS).map((cell) => JSON.stringify(cell.slice(0, 40)));
  const more = columns.length > SHOWN_COLUMNS ? ` and ${columns.length - SHOWN_COLUMNS} more` : '';
  return `but it begins with the columns ${named.join(', ')}${more}; say what they mean in a file and give it with --map: ${example(columns)} (docs/logs.md)`;
}

/** A mapping to begin with: by name, or by number where the first line is a row already. */
function example(columns: readonly string[]): string {
  if (columns.some((cell) => /^[+-]?\d/.test(cell)))
    return '"version: 1", "header: false", "time: { column: 1 }", "columns: { gpu.temperatureC: 2 }"';
  const [time, fact] = columns.map((cell) => JSON.stringify(cell.slice(0, 40)));
  return `"version: 1", "time: { column: ${time} }", "columns: { gpu.temperatureC: ${fact} }"`;
}
