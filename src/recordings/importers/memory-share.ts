/** The share of a memory in use, where a log tells both what is used and what there is in all. */
import { usedPercent } from '../../facts/used-percent.js';
import type { FactValue } from '../../shapes/reading.js';

/** Which share is put together from which fact. */
const SHARES = {
  'gpu.memoryUsedMib': 'gpu.memoryUsedPercent',
  'system.memoryUsedMib': 'system.memoryPercent',
} as const;

/**
 * Puts the share of `fact` into a row, of `totalMib` in all; nothing where the log tells it itself, where one of both is missing,
 * or where more than all would be in use: then one of them is a blank value.
 */
export function addMemoryShare(
  facts: Record<string, FactValue>,
  fact: keyof typeof SHARES,
  totalMib: number | null,
): void {
  const used = facts[fact];
  if (typeof used !== 'number' || totalMib === null || used < 0 || used > totalMib) return;
  const percent = usedPercent(used, totalMib);
  if (percent !== undefined) facts[SHARES[fact]] ??= percent;
}
