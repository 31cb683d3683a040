/** Roll-ups on disk: a file for each day (UTC), the days before it compressed, the oldest removed. */
import { createReadStream, createWriteStream, existsSync, readdirSync } from 'node:fs';
import { appendFile, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { makeFolder } from '../../state-folder.js';
import { linesOf } from '../lines.js';
import type { Cell } from './cells.js';
import { cellOf, ROLL_UP_MS, type RolledUp } from './roll-up.js';

const DAY_MS = 86_400_000;
const FILE = /^(\d{4}-\d{2}-\d{2})\.ndjson(?:\.gz)?$/;
/** Lines outside the time that is asked for are not parsed. */
const VALUES = /^\{"wallMs":(\d+),/;

/** The history of one state folder; one agent at a time writes it. */
export class DayFiles {
  readonly #folder: string;
  readonly #keepDays: number;
  #day: string | null = null;
  #names = '';

  constructor(folder: string, keepDays: number) {
    this.#folder = folder;
    this.#keepDays = keepDays;
  }

  /**
   * Appends a stretch to the file of its day; which facts it is of is said before the first one, and when they change.
   * @throws the file system's error.
   */
  async append({ wallMs, facts, values }: RolledUp): Promise<void> {
    const day = dayOf(wallMs);
    const isNew = this.#day !== day;
    if (isNew) await makeFolder(this.#folder);
    const names = JSON.stringify({ facts });
    const path = join(this.#folder, `${day}.ndjson`);
    // An agent that was killed may have left half a line.
    const torn = isNew && (await endsTorn(path)) ? '\n' : '';
    const named = isNew || names !== this.#names ? `${names}\n` : '';
    await appendFile(path, `${torn}${named}${JSON.stringify({ wallMs, values })}\n`, { mode: 0o600 });
    [this.#day, this.#names] = [day, names];
    if (isNew) await this.#tidy();
  }

  /** The cells of a fact whose stretch lies within these times, in the order in which they were written. */
  async *cells(fact: string, fromMs: number, toMs: number): AsyncGenerator<Cell> {
    for (let ms = Math.floor(fromMs / DAY_MS) * DAY_MS; ms <= toMs; ms += DAY_MS) {
      const path = [`${dayOf(ms)}.ndjson`, `${dayOf(ms)}.ndjson.gz`]
        .map((name) => join(this.#folder, name))
        .find((file) => existsSync(file));
      if (path === undefined) continue;
      let place = -1;
      for await (const lines of linesOf(path, () => undefined)) {
        for (const line of lines) {
          const wallMs = Number(VALUES.exec(line)?.[1] ?? Number.NaN);
          if (Number.isNaN(wallMs)) place = placeOf(line, fact, place);
          else if (place >= 0 && wallMs + ROLL_UP_MS > fromMs && wallMs <= toMs) {
            const cell = cellOf(wallMs, valuesOf(line)[place]);
            if (cell !== null) yield cell;
          }
        }
      }
    }
  }

  async #tidy(): Promise<void> {
    const oldest = dayOf(Date.now() - this.#keepDays * DAY_MS);
    for (const name of readdirSync(this.#folder)) {
      const [, day = ''] = FILE.exec(name) ?? [];
      const path = join(this.#folder, name);
      if (day === '' || day === this.#day) continue;
      if (day < oldest) await rm(path, { force: true });
      else if (!name.endsWith('.gz')) await compress(path);
    }
  }
}

function dayOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}

async function endsTorn(path: string): Promise<boolean> {
  if (!existsSync(path)) return false;
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    return size > 0 && buffer[0] !== 10;
  } finally {
    await file.close();
  }
}

/** The plain file goes last, as with recordings. */
async function compress(path: string): Promise<void> {
  const part = `${path}.gz.part`;
  await pipeline(createReadStream(path), createGzip({ level: 1 }), createWriteStream(part, { mode: 0o600 }));
  await rename(part, `${path}.gz`);
  await rm(path, { force: true });
}

/** Where a fact stands in the lines after a line of names; as before for any other line. */
function placeOf(line: string, fact: string, before: number): number {
  try {
    const { facts } = JSON.parse(line) as { facts?: unknown };
    return Array.isArray(facts) ? facts.indexOf(fact) : before;
  } catch {
    return before;
  }
}

function valuesOf(line: string): readonly unknown[] {
  try {
    const { values } = JSON.parse(line) as { values?: unknown };
    return Array.isArray(values) ? values : [];
  } catch {
    return [];
  }
}
