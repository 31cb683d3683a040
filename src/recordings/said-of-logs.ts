/** What is said where a log holds nothing, or where what a person said of it changed nothing. */
import { count } from '../count.js';
import { EvenkeelError } from '../errors.js';
import type { Clock } from './importers/clock.js';
import type { ReadReport } from './reader.js';

/** What a person may have said, of whatever value. */
interface Said {
  zone?: unknown;
  intervalMs?: unknown;
  process?: unknown;
  mapping?: unknown;
}

/** What the person said of the times of another tool's log and was of no use. */
export function timesWithoutEffect(
  { zone, intervalMs }: Said,
  clock: Clock,
  usedInterval: boolean,
): string[] {
  const notes: string[] = [];
  if (zone !== undefined && !clock.usedZone)
    notes.push(
      `--zone changed nothing: the log tells ${clock.isZoned === null ? 'no dates' : 'its own zone'}`,
    );
  if (intervalMs !== undefined && !usedInterval)
    notes.push('--interval changed nothing: the log tells its own times');
  return notes;
}

/** The same of a recording, which says all of it itself. */
export function withoutEffect({ zone, intervalMs, process, mapping }: Said): string[] {
  const said = { '--zone': zone, '--interval': intervalMs, '--process': process, '--map': mapping };
  return Object.entries(said)
    .filter(([, value]) => value !== undefined)
    .map(([flag]) => `${flag} changed nothing: this is a recording of Evenkeel, which tells it itself`);
}

/** The refusal of a log of a known format in which nothing is told. */
export function noSamples(
  path: string,
  format: string,
  { rejectedRows, reasons }: ReadReport,
): EvenkeelError {
  const rows = `${count(rejectedRows, 'row')} cannot be used, the first: ${reasons[0]}`;
  const why = rejectedRows === 0 ? 'it holds no row' : rows;
  return new EvenkeelError('badFile', `expected samples in ${path} (${format}), found none: ${why}`);
}
