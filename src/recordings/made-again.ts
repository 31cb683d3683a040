/** What a command may write over without being told to: what commands made before, from something that is still there. */
import { open } from 'node:fs/promises';
import { TIME_COLUMN } from './tables/table.js';

/** How the files begin that commands make from a log. A recording is none of them: nothing makes it again. */
const BEGINNINGS: readonly RegExp[] = [
  // A page and the decisions of a dry-run.
  /^<!doctype html>\s*<html[^>]*>\s*<head>[\s\S]*<meta name="generator" content="evenkeel"/,
  /^\{"active":\[/,
  // The tables of convert and export, and a converted log.
  new RegExp(`^(?:${Object.values(TIME_COLUMN).join('|')}),atS,`),
  /^PAR1/,
  /^\{"kind":"header"[^\n]*"imported":\{/,
];
/** A converted log's header has the longest of these beginnings, below 1 kB. */
const HEAD_BYTES = 4_096;

/** Whether a file begins as what commands make from a log, which the same command makes again. */
export async function canBeMadeAgain(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const head = buffer.toString('latin1', 0, bytesRead);
    return BEGINNINGS.some((beginning) => beginning.test(head));
  } finally {
    await handle.close();
  }
}
