import type { Io } from './io.js';

/** Prints one JSON document on stdout. */
export function printJson(io: Io, document: unknown): void {
  io.stdout(`${JSON.stringify(document)}\n`);
}
