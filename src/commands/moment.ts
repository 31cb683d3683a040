/** Times as people give them: ISO 8601, `-30s` from now, or seconds from a recording's start. */
import { EvenkeelError } from '../errors.js';

/** A moment still to be placed on a recording's own time. */
export type Moment = { wallMs: number } | { fromStartMs: number } | { fromEndMs: number };

const UNIT_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/**
 * Reads a moment.
 * @throws EvenkeelError `badFlag` for anything else.
 */
export function parseMoment(flag: string, text: string): Moment {
  const [, amount, unit = 's'] = /^-([\d.]+)(ms|s|m|h)$/.exec(text) ?? [];
  if (amount !== undefined) return { fromEndMs: Number(amount) * (UNIT_MS[unit] ?? 1) };
  if (/^\d+(\.\d+)?$/.test(text)) return { fromStartMs: Number(text) * 1000 };
  const wallMs = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(wallMs)) return { wallMs };
  throw new EvenkeelError(
    'badFlag',
    `expected ${flag} as ISO 8601 (2026-01-31T21:14:03Z), -30s from now, or seconds from the start, got "${text}"`,
  );
}
