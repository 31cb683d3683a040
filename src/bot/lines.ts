/** One line of a bot: its text, or its JSON, against the schema of its kind. */
import type { BotLine } from '../shapes/generated/bot-line.js';
import { type Checked, makeCheck } from './check.js';

/** Longest line in bytes: a frame with 32 stages and 32 scene flags, all names at their longest, stays below. */
export const LINE_LIMIT_BYTES = 16_384;

/** A check of each kind by itself is faster than one choice of six, and its message names the real mistake. */
const checks = new Map<string, (value: unknown) => Checked<BotLine>>(
  (['frame', 'applied', 'pause', 'resume', 'heartbeat', 'bye'] satisfies BotLine['kind'][]).map((kind) => [
    kind,
    makeCheck<BotLine>('bot-line', kind),
  ]),
);

/** Checks a line that is already JSON. */
export function checkLine(value: unknown): Checked<BotLine> {
  const kind = typeof value === 'object' && value !== null ? (value as { kind?: unknown }).kind : undefined;
  const check = typeof kind === 'string' ? checks.get(kind) : undefined;
  if (check !== undefined) return check(value);
  const known = [...checks.keys()].join(', ');
  return { ok: false, message: `expected an object whose kind is one of ${known}` };
}

/** Parses and checks the text of a line. */
export function parseLine(text: string): Checked<BotLine> {
  try {
    return checkLine(JSON.parse(text));
  } catch (error) {
    return { ok: false, message: `expected JSON: ${(error as Error).message}` };
  }
}
