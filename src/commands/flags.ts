/** Options that several commands share: from text to values, with one sentence for what is wrong. */
import { EvenkeelError } from '../errors.js';
import { type Reader, readSeconds } from '../settings/index.js';

/** A week: the longest that the agent keeps a person's value. */
const MAX_FOR_S = 604_800;

/**
 * Reads the value of one flag.
 * @throws EvenkeelError `badFlag` naming the flag, what was expected and what came.
 */
export function parseFlag<T>(flag: string, text: string, { expected, read }: Reader<T>): T {
  const value = read(text);
  if (value !== undefined) return value;
  throw new EvenkeelError('badFlag', `expected ${flag} to be ${expected}, got "${text}"`, {
    details: { flag, expected },
  });
}

/** For an option with a time, `20m`, as seconds; a week at most unless said. */
export function secondsOption(flag: string, maxS: number = MAX_FOR_S): (text: string) => number {
  return (text) => parseFlag(flag, text, readSeconds(maxS));
}

/** For an option that may be repeated: its texts in order. */
export function collect(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), text];
}
