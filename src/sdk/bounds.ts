/** The bounds of bot-line.schema.json: what is beyond them makes the agent refuse the whole line, so it is left out. */
import type { Scene } from '../frames/importance.js';
import { isName } from './names.js';

/** Longest duration in ms: an hour. */
export const LARGEST_MS = 3_600_000;

/** Most stages of a frame, and most scene flags. */
export const MOST_STAGES = 32;
const MOST_FLAGS = 32;

const LARGEST_COUNT = 1_000_000_000;
const LARGEST_SIDE = 16_384;
const LARGEST_MIB = 16_777_216;

/** Whether it is a duration in ms; NaN is none. */
export function isMs(ms: unknown): ms is number {
  return typeof ms === 'number' && ms >= 0 && ms <= LARGEST_MS;
}

/** Whether it is a whole number that can be counted to. */
export function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= LARGEST_COUNT;
}

/** Whether it is a side of a picture in pixels. */
export function isSide(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= LARGEST_SIDE;
}

/** The longer side of a picture, of a number or [width, height]; undefined for what is none. */
export function sideOf(size: unknown): number | undefined {
  const side = Array.isArray(size) ? Math.max(...size.filter((one) => typeof one === 'number')) : size;
  return isSide(side) ? side : undefined;
}

/** Whether it is memory of a card in MiB. */
export function isMib(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= LARGEST_MIB;
}

/** Milliseconds to the microsecond: more digits mean nothing and make lines longer. */
export function toMicros(ms: number): number {
  // Adding 0 makes -0 a 0, as JSON does.
  return Math.round(ms * 1000) / 1000 + 0;
}

/** A copy of the flags that the wire takes, over `before`; null when there are none. */
export function addFlags(before: Scene | null, scene: Scene | null | undefined): Scene | null {
  if (scene === null || scene === undefined) return before;
  const flags: Record<string, boolean> = { ...before };
  let count = before === null ? 0 : Object.keys(flags).length;
  for (const name in scene) {
    if (!isName(name)) continue;
    if (!Object.hasOwn(flags, name)) count += 1;
    if (count > MOST_FLAGS) break;
    flags[name] = Boolean(scene[name]);
  }
  return count === 0 ? null : flags;
}
