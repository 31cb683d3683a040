/** Whether the last line of a log that is still written to was cut off within its last number. */
import { readQuantity } from './cells.js';

/** Lines before that are looked at: the one before may be a header that came once more, of two lines. */
const LINES_BEFORE = 4;

/** Keeps the newest lines and holds the last one against them. */
export class TornLine {
  #before: readonly string[] = [];

  /** Takes lines that are ended. */
  add(lines: readonly string[]): void {
    if (lines.length > 0)
      this.#before = [...this.#before, ...lines.slice(-LINES_BEFORE)].slice(-LINES_BEFORE);
  }

  /**
   * Why a line without an end cannot be trusted, as a clause; null where it can. Its last number lacks the unit that the
   * row before has, or, without units, has fewer characters: `20` may be what was written of `2010`. A number that
   * really became shorter costs one row, which is counted; half a number would be a value that never was.
   */
  judge(line: string): string | null {
    const { cell, place } = lastCell(line);
    const found = readQuantity(cell);
    if (found === null || found === undefined) return null;
    for (const other of this.#before.toReversed()) {
      const { cell: whole, place: itsPlace } = lastCell(other);
      const quantity = readQuantity(whole);
      // A row that lacks whole cells is told by the importer.
      if (quantity === null || quantity === undefined || itsPlace !== place) continue;
      const isCut = quantity.unit === '' ? cell.length < whole.length : found.unit !== quantity.unit;
      return isCut
        ? `the last line is cut off: it ends with "${cell}" and no line end, and a row before ends with "${whole}"`
        : null;
    }
    return null;
  }
}

/** What stands behind the last separator, or the last blank where there is none, and how many cells stand before it. */
function lastCell(line: string): { cell: string; place: number } {
  const separator = [',', ';', '\t'].find((one) => line.includes(one));
  const cells = separator === undefined ? line.trimStart().split(/\s+/) : line.split(separator);
  return { cell: (cells.at(-1) ?? '').trim(), place: cells.length - 1 };
}
