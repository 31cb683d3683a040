/** What a child costs the machine: the part of the observer's own cost that its own process does not show. */
import { readFileSync } from 'node:fs';

/** Linux counts a process's time in hundredths of a second, whatever its kernel ticks at (`USER_HZ`, man 5 proc). */
const TICK_US = 10_000;

/** Processor time of a process in µs since it began; 0 where the system does not tell it as Linux does. */
export function cpuTimeUs(pid: number | undefined, read: (path: string) => string = readText): number {
  // The name in parentheses may hold spaces; user and system time are the 14th and 15th field.
  const fields = read(`/proc/${pid ?? 0}/stat`)
    .replace(/^.*\)/s, '')
    .trim()
    .split(' ');
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  return Number.isFinite(user + system) ? (user + system) * TICK_US : 0;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
