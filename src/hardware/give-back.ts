/** What is to be done with a borrowed setting at the end, from values alone. */
import type { DeviceSetting } from '../gpu/settable.js';
import type { JournalEntry } from './journal.js';

/** How a borrowing ends cleanly: all as it was found, all as it is, or whichever of the two asks less of the card. */
export const EXIT_POLICIES = ['restore', 'keep', 'safe'] as const;
/** One of `EXIT_POLICIES`. */
export type ExitPolicy = (typeof EXIT_POLICIES)[number];

/** What follows for one setting. */
export type GiveBack =
  /** The found value is written, and the entry ends once it reads back. */
  | { kind: 'write'; value: number }
  /** What was found is in force: the entry ends. */
  | { kind: 'same' }
  /** Somebody else has set another value since: it stands, and the entry ends. */
  | { kind: 'another' }
  /** It stays as it is on purpose; the entry stays too, marked. */
  | { kind: 'keep' }
  /** Nothing is written, and the entry stays for a person. */
  | { kind: 'refuse'; why: string };

/**
 * Decides over one entry. A value in force that nobody tells (`value` null) counts as ours: giving back what was found
 * is then the one thing left. Nothing outside the device's range is ever given back.
 */
export function giveBack(entry: JournalEntry, { value, range }: DeviceSetting, policy: ExitPolicy): GiveBack {
  const { found, ours } = entry;
  const [min, max] = range;
  if (value === found) return { kind: 'same' };
  if (value !== null && !ours.includes(value)) return { kind: 'another' };
  const inForce = value ?? ours.at(-1) ?? found;
  if (policy === 'keep' || (policy === 'safe' && inForce < found)) return { kind: 'keep' };
  if (!(found >= min && found <= max)) {
    return { kind: 'refuse', why: `the journal says ${found}, and the card takes ${min} to ${max}` };
  }
  return { kind: 'write', value: found };
}
