/** Times as people give them: ISO 8601, `-30s` from now, or `90s` from a recording's start. */
import { type ErrorCode, EvenkeelError } from '../errors.js';
import type { Moment } from '../shapes/port.js';

const UNIT_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/**
 * Reads a moment; `name` is where it was given.
 * @throws EvenkeelError of `code` for anything else.
 */
export function parseMoment(name: string, text: string, code: ErrorCode = 'badFlag'): Moment {
  const [, amount, unit = 's'] = /^-([\d.]+)(ms|s|m|h)$/.exec(text) ?? [];
  if (amount !== undefined) return { fromEndMs: Number(amount) * (UNIT_MS[unit] ?? 1) };
  const [, count, of = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  if (count !== undefined) return { fromStartMs: Number(count) * (UNIT_MS[of] ?? 1) };
  const wallMs = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(wallMs)) return { wallMs };
  throw new EvenkeelError(
    code,
    `expected ${name} as ISO 8601 (2026-01-31T21:14:03Z), -30s from now, or 90s, 20m, 1h or plain seconds from the start, got "${text}"`,
  );
}
