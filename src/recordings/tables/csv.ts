/** A table as CSV (RFC 4180, line feeds): times in ISO 8601 (without a zone where none is known), nothing between two commas where there is no value. */
import { type FileHandle, open } from 'node:fs/promises';
import type { FactValue } from '../../shapes/reading.js';
import { type WallClock, wallText } from '../wall-time.js';
import { type Column, type Row, type TableWriter, TIME_COLUMN } from './table.js';

/** Written at once, in characters, about. */
const BLOCK_CHARS = 256 * 1024;

/**
 * Opens a file, written over where it is there.
 * @throws the file system's error.
 */
export async function openCsv(
  path: string,
  columns: readonly Column[],
  clock: WallClock,
): Promise<TableWriter> {
  const names = [TIME_COLUMN[clock], 'atS', ...columns.map(({ name }) => name)];
  return new CsvWriter(await open(path, 'w'), names, clock);
}

class CsvWriter implements TableWriter {
  readonly #file: FileHandle;
  readonly #clock: WallClock;
  #block: string;

  constructor(file: FileHandle, names: readonly string[], clock: WallClock) {
    this.#file = file;
    this.#clock = clock;
    this.#block = lineOf(names);
  }

  async write({ wallMs, atMs, cells }: Row): Promise<void> {
    this.#block += lineOf([
      this.#clock === 'own' ? wallMs / 1000 : wallText(Math.round(wallMs), this.#clock),
      atMs / 1000,
      ...cells,
    ]);
    if (this.#block.length >= BLOCK_CHARS) await this.#flush();
  }

  async close(): Promise<void> {
    try {
      await this.#flush();
    } finally {
      await this.#file.close();
    }
  }

  async #flush(): Promise<void> {
    const block = this.#block;
    this.#block = '';
    await this.#file.appendFile(block);
  }
}

function lineOf(cells: readonly (FactValue | null)[]): string {
  return `${cells.map(cellOf).join(',')}\n`;
}

function cellOf(value: FactValue | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
