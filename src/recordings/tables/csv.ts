/** A table as CSV (RFC 4180, line feeds): times in ISO 8601, nothing between two commas where there is no value. */
import { type FileHandle, open } from 'node:fs/promises';
import type { FactValue } from '../../shapes/reading.js';
import type { Column, Row, TableWriter } from './table.js';

/** Written at once, in characters, about. */
const BLOCK_CHARS = 256 * 1024;

/**
 * Opens a file, written over where it is there.
 * @throws the file system's error.
 */
export async function openCsv(path: string, columns: readonly Column[]): Promise<TableWriter> {
  return new CsvWriter(await open(path, 'w'), ['time', 'atS', ...columns.map(({ name }) => name)]);
}

class CsvWriter implements TableWriter {
  readonly #file: FileHandle;
  #block: string;

  constructor(file: FileHandle, names: readonly string[]) {
    this.#file = file;
    this.#block = lineOf(names);
  }

  async write({ wallMs, atMs, cells }: Row): Promise<void> {
    this.#block += lineOf([new Date(wallMs).toISOString(), atMs / 1000, ...cells]);
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
