/** What is to be done with a borrowed setting at the end, from values alone. */
import type { DeviceSetting } from '../gpu/settable.js';
import type { CardKnob } from '../shapes/gpu.js';
import type { JournalEntry } from './journal.js';
import { isSameSetting } from './knob-units.js';

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
 * Decides over one setting. A value in force that nobody tells (`value` null) counts as ours: giving back what was found
 * is then the one thing left. The maker's own value, where that is not ours, is a driver that has forgotten all
 * settings, and no program's wish. Nothing outside the device's range is ever given back.
 */
export function giveBack(
  knob: CardKnob,
  { found, ours }: Pick<JournalEntry, 'found' | 'ours'>,
  { value, range, default: usual }: DeviceSetting,
  policy: ExitPolicy,
): GiveBack {
  const isOurs = value === null || isOneOf(knob, ours, value);
  if (value === found || (value !== null && !isOurs && isSameSetting(knob, value, found)))
    return { kind: 'same' };
  const isReset = !isOurs && usual !== null && isSameSetting(knob, value, usual);
  if (!isOurs && !isReset) return { kind: 'another' };
  const inForce = value ?? ours.at(-1) ?? found;
  const asksLess = inForce < found;
  // After a reset there is nothing of ours that could be kept, and more than was found is never left.
  const isKept = policy === 'keep' && (asksLess || !isReset);
  if (isKept || (policy === 'safe' && asksLess)) return { kind: 'keep' };
  const [min, max] = range;
  if (!(found >= min && found <= max)) {
    return { kind: 'refuse', why: `the journal says ${found}, and the card takes ${min} to ${max}` };
  }
  return { kind: 'write', value: found };
}

/** Whether a value is one of ours, as a driver may have rounded it. */
export function isOneOf(knob: CardKnob, ours: readonly number[], value: number): boolean {
  return ours.some((each) => isSameSetting(knob, each, value));
}
