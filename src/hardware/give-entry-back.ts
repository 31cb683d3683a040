/** Gives one borrowed setting back, and says what became of it. */
import type { SettableDevice } from '../gpu/settable.js';
import type { CardKnob } from '../shapes/gpu.js';
import { type ExitPolicy, giveBack } from './give-back.js';
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

type Ending = Pick<GivenBack, 'value' | 'outcome' | 'text'>;

/** Ends the entry of `knob` as `policy` says; what cannot be given back now stays in the journal. */
export async function giveEntryBack(
  device: SettableDevice,
  entries: Entries,
  knob: CardKnob,
  policy: ExitPolicy,
  settle: () => Promise<void>,
): Promise<GivenBack | null> {
  const entry = entries.get(knob);
  if (entry === undefined) return null;
  const { found } = entry;
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

  if (entries.isOfEarlierBoot) {
    entries.replace(knob, undefined);
    const text = `${say(found)} was found before the machine was started again: the driver has forgotten ours, and nothing is written`;
    return end({ value: null, outcome: 'forgotten', text });
  }
  const before = await device.read(knob);
  if (!before.ok) return fail(null, before.error);
  const { value } = before.value;
  const next = giveBack(entry, before.value, policy);
  switch (next.kind) {
    case 'same':
      entries.replace(knob, undefined);
      return end({ value, outcome: 'same', text: `${say(value)}, as it was found` });
    case 'another': {
      entries.replace(knob, undefined);
      const text = `${say(value)} was set by another program and stands; ${say(found)} was found`;
      return end({ value, outcome: 'another', text });
    }
    case 'keep': {
      entries.replace(knob, { ...entry, kept: true });
      const inForce = say(value ?? entry.ours.at(-1) ?? null);
      return end({
        value,
        outcome: 'kept',
        text: `${inForce} is kept; "evenkeel restore" gives back ${say(found)}`,
      });
    }
    case 'refuse':
      return fail(value, next.why);
    case 'write': {
      const written = await writeSetting(device, knob, next.value, settle);
      if (written.kind !== 'ok') return fail(written.value, written.error);
      entries.replace(knob, undefined);
      return end({ value: written.value, outcome: 'restored', text: `back at ${say(found)}` });
    }
  }
}
