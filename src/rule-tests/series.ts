/** A fact over time, as a test file writes it: `20 3x5 7..9x3 _ truex4 'rtx4090'x2`. */
import { type FactDefinition, refuseValue } from '../facts/catalogue.js';
import { didYouMean } from '../nearest.js';
import type { FactValue } from '../shapes/reading.js';

/** Ticks that one test may last: a day and more at 1 s. */
export const MAX_TICKS = 100_000;

/** One sample for each tick; undefined is a tick without a reading. */
export interface Series {
  samples: (FactValue | undefined)[];
  /** One value alone: it holds for the whole test. */
  holds: boolean;
}

/** What is wrong with a token. `offset` is where it begins in the text. */
export interface SeriesMistake {
  offset: number;
  message: string;
  expected: string;
}

const NUMBER = String.raw`[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?`;
const TOKEN = /'([^']*)'(?:x(\d+))?(?=\s|$)|"([^"]*)"(?:x(\d+))?(?=\s|$)|\S+/g;
const RAMP = new RegExp(`^(${NUMBER})\\.\\.(${NUMBER})(?:x(\\d+))?$`);
const REPEATED_NUMBER = new RegExp(`^(${NUMBER})(?:x(\\d+))?$`);
const REPEATED_WORD = /^([A-Za-z][\w.-]*?)(?:x(\d+))?$/;
const REPEATED_NOTHING = /^_(?:x(\d+))?$/;

const FORMS =
  "a number, a..bxN, a word, true, false or _, each with an optional xN, such as '20 3x5 _ 60..95x10'";

/** What one token says: `count` samples, or one that may hold when it stands alone. */
interface Token {
  values: (FactValue | undefined)[];
  isRepeated: boolean;
}

type Read = Token | { message: string; expected: string };

/** Reads the series of one fact; values of another type than the fact's are mistakes, values out of range are not. */
export function parseSeries(
  fact: string,
  raw: string | number | boolean,
  definition: FactDefinition | undefined,
): { series: Series; mistakes: SeriesMistake[] } {
  const mistakes: SeriesMistake[] = [];
  const samples: Series['samples'] = [];
  let tokens = 0;
  let isRepeated = false;
  for (const match of String(raw).matchAll(TOKEN)) {
    tokens++;
    const read = readToken(match, typeof raw);
    const refusal = 'message' in read ? read : refuse(fact, read.values[0], definition);
    if (refusal !== null) mistakes.push({ offset: match.index, ...refusal });
    if ('message' in read) continue;
    isRepeated ||= read.isRepeated;
    if (samples.length + read.values.length > MAX_TICKS) {
      const message = `the series has more than ${MAX_TICKS} samples`;
      mistakes.push({ offset: match.index, message, expected: 'a shorter test' });
      break;
    }
    samples.push(...read.values);
  }
  if (tokens === 0) mistakes.push({ offset: 0, message: 'the series is empty', expected: FORMS });
  return { series: { samples, holds: tokens === 1 && !isRepeated }, mistakes };
}

function readToken(match: RegExpExecArray, type: string): Read {
  const [text, single, singleCount, double, doubleCount] = match;
  const quoted = single ?? double;
  if (quoted !== undefined) return repeat(quoted, singleCount ?? doubleCount, text);
  const ramp = RAMP.exec(text);
  if (ramp !== null) return readRamp(Number(ramp[1]), Number(ramp[2]), ramp[3], text);
  const nothing = REPEATED_NOTHING.exec(text);
  if (nothing !== null) return repeat(undefined, nothing[1], text);
  const number = REPEATED_NUMBER.exec(text);
  if (number !== null) return repeat(Number(number[1]), number[2], text);
  const word = REPEATED_WORD.exec(text);
  if (word === null) return { message: `"${text}" is no sample`, expected: FORMS };
  // A YAML boolean, or the same word in a text.
  const [, name = '', count] = word;
  const isClaim = type === 'boolean' || name === 'true' || name === 'false';
  return repeat(isClaim ? name === 'true' : name, count, text);
}

function repeat(value: FactValue | undefined, times: string | undefined, text: string): Read {
  if (times === undefined) return { values: [value], isRepeated: false };
  const count = Number(times);
  if (count === 0) return { message: `"${text}" gives no sample`, expected: 'at least one, x1' };
  // One more than can be is enough to tell that it is too long.
  return { values: new Array(Math.min(count, MAX_TICKS + 1)).fill(value), isRepeated: true };
}

function readRamp(first: number, last: number, times: string | undefined, text: string): Read {
  if (times === undefined)
    return { message: `"${text}" does not say how many samples it has`, expected: `such as ${text}x10` };
  const count = Math.min(Number(times), MAX_TICKS + 1);
  if (count < 2)
    return { message: `"${text}" cannot begin and end in ${count} samples`, expected: 'at least x2' };
  const at = (i: number): number => first + ((last - first) * i) / (count - 1);
  // Steps of a tenth add up to 0.30000000000000004; people mean 0.3.
  const values = Array.from({ length: count }, (_, i) => Number(at(i).toPrecision(12)));
  return { values, isRepeated: true };
}

/** Why a value can never be this fact's, whatever its range: sentinels are there to be tested. */
function refuse(
  fact: string,
  value: FactValue | undefined,
  definition: FactDefinition | undefined,
): { message: string; expected: string } | null {
  if (definition === undefined || value === undefined) return null;
  const refusal = refuseValue({ ...definition, range: [-1e300, 1e300] }, value);
  if (refusal === null) return null;
  const hint = typeof value === 'string' ? didYouMean(value, definition.words ?? []) : '';
  return {
    message: `"${fact}" is never ${JSON.stringify(value)}${hint}`,
    expected: refusal.replace(/^expected /, '').replace(/, got [\s\S]*$/, ''),
  };
}
