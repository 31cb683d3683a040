/** Traffic over PCIe in MB/s: by counters where the driver has them, else by asking it to watch for a while. */
import { type Answer, convert, isAnswered, type Refusal } from '../answers.js';
import { CODE } from '../codes.js';
import type { Device } from '../device.js';
import { FIELD, PCIE_COUNTER } from '../layouts.js';
import type { Sensor } from '../sensor.js';

interface Counted {
  atMs: number;
  transmit: number;
  receive: number;
}

/** Counters as they stood before, by card. */
const before = new WeakMap<Device, Counted>();

interface Rates {
  transmit: Answer;
  receive: Answer;
}

/** Bytes counted since the reading before. A counter that went back has wrapped: that span tells nothing. */
function byCounters(device: Device): Rates | Refusal {
  const [transmit, receive] = device.fields([FIELD.pcieTransmit, FIELD.pcieReceive]);
  if (transmit === undefined || receive === undefined) return { code: CODE.notFound };
  if (!isAnswered(transmit)) return transmit;
  if (!isAnswered(receive)) return receive;
  const now: Counted = { atMs: device.now(), transmit: transmit.value, receive: receive.value };
  const last = before.get(device);
  before.set(device, now);
  const rate = (of: 'transmit' | 'receive'): Answer => {
    const bytes = last === undefined ? -1 : now[of] - last[of];
    const ms = last === undefined ? 0 : now.atMs - last.atMs;
    // Bytes a millisecond are thousands of bytes a second.
    if (bytes >= 0 && ms > 0) return { value: Math.round(bytes / ms) / 1000 };
    return { code: 21, why: 'a rate needs two readings of its counter' };
  };
  return { transmit: rate('transmit'), receive: rate('receive') };
}

/** NVML watches for 20 ms at each of these calls and tells KB/s. */
function byWatching(device: Device): Rates | Refusal {
  const rate = (counter: number): Answer =>
    convert(device.u32Of('nvmlDeviceGetPcieThroughput', counter), (kilobytes) => kilobytes / 1000);
  const transmit = rate(PCIE_COUNTER.transmit);
  return isAnswered(transmit) ? { transmit, receive: rate(PCIE_COUNTER.receive) } : transmit;
}

/** What the card sends and receives over PCIe, seen from the card. */
export const PCIE_SENSORS: readonly Sensor[] = [
  {
    tier: 'slow',
    facts: ['pcieTransmitMegabytesPerS', 'pcieReceiveMegabytesPerS'],
    read(device) {
      const told = device.newest<Rates>('pcie', [() => byCounters(device), () => byWatching(device)]);
      const [transmit, receive] = 'code' in told ? [told, told] : [told.transmit, told.receive];
      return { pcieTransmitMegabytesPerS: transmit, pcieReceiveMegabytesPerS: receive };
    },
  },
];
