/** One write to a card, read back. */
import type { DeviceAnswer, DeviceSetting, SettableDevice } from '../gpu/settable.js';
import type { CardKnob } from '../shapes/gpu.js';
import { isSameSetting, sayValue } from './knob-units.js';

/** What a write came to; `value` is in force afterwards, null where nobody tells it. */
export type Written =
  | { kind: 'ok'; value: number }
  | { kind: 'refused'; value: null; code: string; error: string }
  /** The driver said yes, and another value than the asked one is in force. */
  | { kind: 'ignored'; value: number; code: string; error: string };

/** How often a value that does not read back is read again: a driver may take a moment. */
const READ_AGAIN = 2;

/** Writes a value within the device's range, and reads what is in force; `settle` waits between two readings. */
export async function writeSetting(
  device: SettableDevice,
  knob: CardKnob,
  wanted: number,
  settle: () => Promise<void>,
): Promise<Written> {
  const written = await device.write(knob, wanted);
  if (!written.ok) return { kind: 'refused', value: null, code: written.code, error: written.error };
  let after: DeviceAnswer<DeviceSetting> = await device.read(knob);
  for (let again = 0; again < READ_AGAIN && after.ok; again += 1) {
    if (after.value.value === null || isSameSetting(knob, after.value.value, wanted)) break;
    await settle();
    after = await device.read(knob);
  }
  // A write that nobody can confirm is not undone either: the journal holds what was found.
  if (!after.ok)
    return { kind: 'refused', value: null, code: after.code, error: `not read back: ${after.error}` };
  const { value } = after.value;
  if (value === null) return { kind: 'ok', value: wanted };
  if (isSameSetting(knob, value, wanted)) return { kind: 'ok', value };
  const error = `the driver took ${sayValue(knob, wanted)} and ${sayValue(knob, value)} is in force`;
  return { kind: 'ignored', value, code: 'IGNORED', error };
}
