/** Which start of the machine this is: a driver's settings end with it. */
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

/** Two computed starts that are nearer than this are one: the clock may have been set between them. */
const SAME_START_MS = 5 * 60_000;
const STARTED = /^started (\S+)$/;

/** The kernel's own id where it has one; elsewhere when the machine was started, from its uptime. */
export function bootId(nowMs: number = Date.now()): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return `started ${new Date(nowMs - uptime() * 1000).toISOString()}`;
  }
}

/** How two ids of a start compare; `unsure` where both are computed and differ: the clock may have been set far. */
export type BootComparison = 'same' | 'other' | 'unsure';

/** Compares two ids of a start of the machine. */
export function compareBoots(one: string, other: string): BootComparison {
  if (one === other) return 'same';
  const [a, b] = [one, other].map((id) => Date.parse(STARTED.exec(id)?.[1] ?? ''));
  if (a === undefined || b === undefined || Number.isNaN(a) || Number.isNaN(b)) return 'other';
  return Math.abs(a - b) < SAME_START_MS ? 'same' : 'unsure';
}
