/** From text, as flags and environment variables hold it, to values; what is expected can always be said. */

/** Reads one kind of value. */
export interface Reader<T> {
  /** Follows "expected", such as `a port from 0 to 65535`. */
  readonly expected: string;
  /** The value, or undefined when the text is no such value. */
  read(text: string): T | undefined;
}

/** Which numbers a setting takes, both ends included. */
export interface NumberBounds {
  /** With article and unit: `an interval in ms`. */
  what: string;
  min: number;
  max: number;
  isWhole?: boolean;
}

/** A number within bounds, both ends in. */
export function readNumber({ what, min, max, isWhole = false }: NumberBounds): Reader<number> {
  return {
    expected: `${what} from ${min} to ${max}`,
    read(text) {
      const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN;
      const isGood = value >= min && value <= max && (!isWhole || Number.isInteger(value));
      return isGood ? value : undefined;
    },
  };
}

const UNIT_S: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** A time of more than 0 to `maxS` as seconds: `20`, `20s`, `20m`, `1.5h`. */
export function readSeconds(maxS: number): Reader<number> {
  return {
    expected: `a time such as 90, 30s, 20m or 2h, more than 0 and at most ${maxS} s`,
    read(text) {
      const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim()) ?? [];
      const seconds = Number(amount) * (UNIT_S[unit] ?? Number.NaN);
      return seconds > 0 && seconds <= maxS ? seconds : undefined;
    },
  };
}

/** One of a list of words. */
export function readWord<const W extends string>(words: readonly W[]): Reader<W> {
  return {
    expected: `one of ${words.join(', ')}`,
    read: (text) => words.find((word) => word === text.trim().toLowerCase()),
  };
}

/** A text of a form; `expected` says the form in words. */
export function readPattern(pattern: RegExp, expected: string): Reader<string> {
  return { expected, read: (text) => (pattern.test(text.trim()) ? text.trim() : undefined) };
}

const YES = new Set(['1', 'true', 'yes', 'on']);
const NO = new Set(['0', 'false', 'no', 'off']);

/** Yes or no, in whatever case. */
export const SWITCH: Reader<boolean> = {
  expected: '1 or 0 (true, yes, on; false, no, off)',
  read(text) {
    const word = text.trim().toLowerCase();
    if (YES.has(word)) return true;
    return NO.has(word) ? false : undefined;
  },
};

/** Folders with the platform's delimiter between them, as in PATH. */
export function readFolderList(delimiter: string): Reader<string[]> {
  return {
    expected: `folders with "${delimiter}" between them`,
    read: (text) => text.split(delimiter).filter((folder) => folder !== ''),
  };
}
