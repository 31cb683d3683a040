/** Why a line cannot be used, in the words that all importers share. */

/** A cell as it is shown. */
const SHOWN_CHARS = 40;

/** Rows before the first header. */
export const NO_HEADER = 'no header stands before it';

/** A row that is cut off, or has more cells than its header. */
export function wrongWidth(cells: number, header: number): string {
  return `${cells} cells where the header has ${header}`;
}

/** A time that cannot be read. */
export function noTime(cell: string | undefined): string {
  return `"${(cell ?? '').trim().slice(0, SHOWN_CHARS)}" is no time`;
}
