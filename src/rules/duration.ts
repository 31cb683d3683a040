/** Durations as rule files write them. */

const UNIT_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A duration of the schema's form (`3s`, `1.5m`) in ms; null for none. */
export function toMs(duration: string | undefined): number | null {
  const [, amount, unit] = /^([\d.]+)(ms|s|m|h)$/.exec(duration ?? '') ?? [];
  return amount === undefined || unit === undefined ? null : Number(amount) * (UNIT_MS[unit] ?? 1);
}
