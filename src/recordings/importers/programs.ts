/** Whose frames a log holds, and which of them are asked for. */
import type { LogRow } from './importer.js';

/** Names kept: more programs draw on no desktop, and a broken log may have one in each row. */
const MAX_NAMES = 20;

/** Chooses the rows of one program, where one is named, and remembers whose frames there were. */
export class Programs {
  readonly #asked: string | undefined;
  readonly #names = new Set<string>();

  constructor(asked: string | undefined) {
    this.#asked = asked?.toLowerCase();
  }

  /** True for a row that is asked for. One of no program is what a log of samples holds. */
  takes({ stream }: LogRow): boolean {
    if (stream === undefined) return true;
    const { name, id } = partsOf(stream);
    if (this.#names.size < MAX_NAMES) this.#names.add(name);
    return this.#asked === undefined || this.#asked === name.toLowerCase() || this.#asked === id;
  }

  /** What to say where the log holds frames of several programs, or none of the one that is asked for. */
  get note(): string | null {
    const names = [...this.#names].sort();
    const isMissing = this.#asked !== undefined && !names.some((name) => name.toLowerCase() === this.#asked);
    if (names.length === 0 || (names.length === 1 && !isMissing)) return null;
    if (this.#asked !== undefined && !isMissing) return null;
    return `the log holds frames of ${names.join(', ')}; --process takes those of one`;
  }
}

/** A stream is its program's name, process id and swap chain; a name may hold blanks. */
function partsOf(stream: string): { name: string; id: string } {
  const parts = stream.split(' ');
  return { name: parts.slice(0, -2).join(' '), id: parts.at(-2) ?? '' };
}
