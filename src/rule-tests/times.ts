/** Times of a test file: from text to ms, and back to text. */

const UNIT_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A duration of the schema's form in ms. */
export function durationMs(text: string): number {
  const [, amount, unit = ''] = /^([\d.]+)(ms|s|m|h)$/.exec(text) ?? [];
  return Number(amount) * (UNIT_MS[unit] ?? Number.NaN);
}

/** A time as a test file writes it, in seconds: `3s`, `0.5s`. */
export function timeText(ms: number): string {
  return `${Number((ms / 1000).toFixed(3))}s`;
}
