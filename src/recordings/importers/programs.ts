/** Whose frames a log holds, and which of them are asked for. */
import { EvenkeelError } from '../../errors.js';
import { didYouMean } from '../../nearest.js';
import type { LogRow } from './importer.js';

/** Names kept: more programs draw on no desktop, and a broken log may have one in each row. */
const MAX_NAMES = 20;

/** Chooses the rows of one program, where one is named, and remembers whose frames there were. */
export class Programs {
  readonly #asked: string | undefined;
  /** Names with the process ids under which they were met, and how many frames of each there are. */
  readonly #names = new Map<string, { ids: Set<string>; frames: number }>();
  #frames = 0;
  #isFound = false;

  constructor(asked: string | undefined) {
    this.#asked = asked;
  }

  /** True for a row that is asked for. One of no program is what a log of samples holds. */
  takes({ stream }: LogRow): boolean {
    if (stream === undefined) return true;
    const { name, id } = partsOf(stream);
    this.#frames++;
    if (this.#names.size < MAX_NAMES || this.#names.has(name)) {
      const known = this.#names.get(name) ?? { ids: new Set(), frames: 0 };
      known.frames++;
      if (known.ids.size < MAX_NAMES) known.ids.add(id);
      this.#names.set(name, known);
    }
    const isAsked =
      this.#asked === undefined || this.#asked.toLowerCase() === name.toLowerCase() || this.#asked === id;
    this.#isFound ||= isAsked;
    return isAsked;
  }

  /**
   * What to say at the end of the log, where it holds frames of several programs, or of none although one is asked for.
   * @throws EvenkeelError `badFlag` where the program that is asked for is none of those there are.
   */
  note(path: string): string | null {
    const names = [...this.#names.keys()].sort();
    if (names.length === 0)
      return this.#asked === undefined
        ? null
        : '--process changed nothing: the log does not tell frames of programs';
    if (this.#asked !== undefined && !this.#isFound) throw this.#unknown(path, this.#asked, names);
    if (names.length === 1 || this.#asked !== undefined) return null;
    const shares = names.map((name) => `${name} (${this.#names.get(name)?.frames} of ${this.#frames})`);
    return `the log holds frames of ${shares.join(', ')}; --process takes those of one`;
  }

  #unknown(path: string, asked: string, names: readonly string[]): EvenkeelError {
    const known = names.map((name) => `${name} (${[...(this.#names.get(name)?.ids ?? [])].join(', ')})`);
    const text = `expected --process to be a program of ${path} or its process id, got "${asked}"${didYouMean(asked, names)}; there are ${known.join(', ')}`;
    return new EvenkeelError('badFlag', text, { details: { flag: '--process', names } });
  }
}

/** A stream is its program's name, process id and swap chain; a name may hold blanks. */
export function partsOf(stream: string): { name: string; id: string; swapChain: string } {
  const parts = stream.split(' ');
  return { name: parts.slice(0, -2).join(' '), id: parts.at(-2) ?? '', swapChain: parts.at(-1) ?? '' };
}
