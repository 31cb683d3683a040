/** One line of a table to its cells, and a cell to the number it holds. */

/** What tools write where they have no value, in lower case; a value that is missing is not 0. */
const MISSING: ReadonlySet<string> = new Set([
  '',
  'n/a',
  '[n/a]',
  'na',
  '[not supported]',
  'not supported',
  '[unknown error]',
  'unknown error',
  '[insufficient permissions]',
  'insufficient permissions',
  '[gpu requires reset]',
  'gpu requires reset',
  '[function not found]',
  'function not found',
  '[gpu is lost]',
  'gpu is lost',
  '[requested functionality has been deprecated]',
  'err!',
  '-',
  '??',
  'nan',
]);

/** What a unit begins with, and cannot hold: `5:30` and `1,5` are no numbers with a unit. */
const UNIT = /^[a-zµμ°℃℉%][^\d]*$/i;

/** A number, maybe with a unit, whose one comma may be a decimal one. */
export const DECIMAL_COMMA: RegExp = /^\s*[+-]?\d*,\d+\s*[^\d.,]*$/;

/** A number, with its unit where the cell holds one. */
export interface Quantity {
  value: number;
  unit: string;
}

/** True for the marks that stand for no value. */
export function isMissing(cell: string): boolean {
  return MISSING.has(cell.trim().toLowerCase());
}

/** The number of a cell; null where it is missing, undefined where it is something else. */
export function readQuantity(cell: string): Quantity | null | undefined {
  const text = cell.trim();
  const end = endOfNumber(text);
  if (end === 0) return isMissing(text) ? null : undefined;
  const value = Number(text.slice(0, end));
  if (!Number.isFinite(value)) return undefined;
  if (end === text.length) return { value, unit: '' };
  const unit = text.slice(end).trimStart();
  return UNIT.test(unit) ? { value, unit } : undefined;
}

/** How many characters at the beginning are a decimal number; 0 for none. Logs are mostly made of such cells. */
function endOfNumber(text: string): number {
  const start = text[0] === '-' || text[0] === '+' ? 1 : 0;
  let at = skipDigits(text, start);
  let digits = at - start;
  if (text[at] === '.') {
    const end = skipDigits(text, at + 1);
    digits += end - at - 1;
    at = end;
  }
  if (digits === 0) return 0;
  if (text[at] !== 'e' && text[at] !== 'E') return at;
  const exponent = text[at + 1] === '-' || text[at + 1] === '+' ? at + 2 : at + 1;
  const end = skipDigits(text, exponent);
  return end > exponent ? end : at;
}

function skipDigits(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code >= 48 && code <= 57; code = text.charCodeAt(at)) at++;
  return at;
}

/** The number of a cell without regard to its unit; null where there is none. */
export function readNumber(cell: string | undefined): number | null {
  return cell === undefined ? null : (readQuantity(cell)?.value ?? null);
}

/** The cells of a line with commas (or another separator); quoted ones may hold it, and `""` is a quote. */
export function splitCells(line: string, separator = ','): string[] {
  if (!line.includes('"')) return line.split(separator);
  const cells: string[] = [];
  let at = 0;
  while (at <= line.length) {
    const start = at;
    while (line[at] === ' ' && separator !== ' ') at++;
    if (line[at] === '"') {
      const { text, end } = readQuoted(line, at + 1);
      at = end;
      const next = line.indexOf(separator, at);
      const stop = next < 0 ? line.length : next;
      // What stands behind the closing quote belongs to the cell, as spreadsheets read it.
      cells.push(text + line.slice(at, stop));
      at = stop + 1;
    } else {
      const next = line.indexOf(separator, at);
      const stop = next < 0 ? line.length : next;
      cells.push(line.slice(start, stop));
      at = stop + 1;
    }
  }
  return cells;
}

function readQuoted(line: string, from: number): { text: string; end: number } {
  let text = '';
  let at = from;
  for (;;) {
    const quote = line.indexOf('"', at);
    if (quote < 0) return { text: text + line.slice(at), end: line.length };
    text += line.slice(at, quote);
    if (line[quote + 1] !== '"') return { text, end: quote + 1 };
    text += '"';
    at = quote + 2;
  }
}
