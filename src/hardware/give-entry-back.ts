/** Gives one borrowed setting back, and says what became of it. */
import type { SettableDevice } from '../gpu/settable.js';
import type { CardKnob } from '../shapes/gpu.js';
import { type ExitPolicy, giveBack, isOneOf } from './give-back.js';
import type { Entries } from './journal-entries.js';
import { sayValue } from './knob-units.js';
import { writeSetting } from './write-setting.js';

/** What became of one borrowed setting at the end. */
export interface GivenBack {
  uuid: string;
  /** The card's name. */
  card: string;
  knob: CardKnob;
  found: number;
  /** In force afterwards; null where nobody tells it. */
  value: number | null;
  /** `restored` and `same` are as found, `another` is somebody else's later value, `forgotten` ended with the boot. */
  outcome: 'restored' | 'same' | 'another' | 'kept' | 'forgotten' | 'failed';
  /** A sentence for people. */
  text: string;
}

/** How a borrowing ends. */
export interface EndOptions {
  policy: ExitPolicy;
  /** What becomes of values that an earlier clean end left in force on purpose. */
  kept: 'stand' | 'too';
  /** Waits before a value that does not read back yet is read again. */
  settle: () => Promise<void>;
}

type Ending = Pick<GivenBack, 'value' | 'outcome' | 'text'>;

/**
 * Ends the entry of `knob` as `policy` says. `kept` says whether a value that an earlier clean end left in force on
 * purpose stands, or is given back too. What cannot be given back now stays in the journal.
 */
export async function giveEntryBack(
  device: SettableDevice,
  entries: Entries,
  knob: CardKnob,
  { policy, kept, settle }: EndOptions,
): Promise<GivenBack | null> {
  const entry = entries.get(knob);
  if (entry === undefined) return null;
  const base = kept === 'stand' ? entry.kept : undefined;
  const found = base ?? entry.found;
  const stands = base !== undefined && entry.ours.at(-1) === base;
  const say = (value: number | null): string => sayValue(knob, value);
  const end = (ending: Ending): GivenBack => ({
    uuid: device.uuid,
    card: device.name,
    knob,
    found,
    ...ending,
  });
  const fail = (value: number | null, why: string): GivenBack =>
    end({ value, outcome: 'failed', text: `could not be given back and stays in the journal: ${why}` });
  // Over a value that stands the entry ends by going back to it; what was found before that stays known.
  const endEntry = (): void =>
    entries.replace(knob, base === undefined ? undefined : { ...entry, ours: [base] });
  const forgotten = (value: number | null): GivenBack => {
    entries.replace(knob, undefined);
    const text = `${say(entry.found)} was found before the machine was started again: the driver has forgotten ours, and nothing is written`;
    return end({ value, outcome: 'forgotten', text });
  };

  if (entries.boot === 'other') return forgotten(null);
  if (stands && entries.boot === 'same') return null;
  const before = await device.read(knob);
  if (!before.ok) return fail(null, before.error);
  const { value } = before.value;
  if (entries.boot === 'unsure' && value !== null && !isOneOf(knob, entry.ours, value))
    return forgotten(value);
  if (stands) return null;
  const next = giveBack(knob, { found, ours: entry.ours }, before.value, policy);
  switch (next.kind) {
    case 'same':
      endEntry();
      return end({ value, outcome: 'same', text: `${say(value)}, as it was found` });
    case 'another': {
      entries.replace(knob, undefined);
      const text = `${say(value)} was set by another program and stands; ${say(found)} was found`;
      return end({ value, outcome: 'another', text });
    }
    case 'keep': {
      const stays = value ?? entry.ours.at(-1) ?? found;
      entries.replace(knob, { ...entry, ours: [stays], kept: stays });
      const text = `${say(stays)} is kept; "evenkeel restore" gives back ${say(entry.found)}`;
      return { ...end({ value, outcome: 'kept', text }), found: entry.found };
    }
    case 'refuse':
      return fail(value, next.why);
    case 'write': {
      const written = await writeSetting(device, knob, next.value, settle);
      if (written.kind !== 'ok') return fail(written.value, written.error);
      endEntry();
      return end({ value: written.value, outcome: 'restored', text: `back at ${say(found)}` });
    }
  }
}
