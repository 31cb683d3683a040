/** The graphics clocks that a card can be held to: read as facts and written as a lock by the same function. */
import type { Refusal } from './answers.js';
import { CODE } from './codes.js';
import type { NvmlLibrary } from './library.js';

/** Room for more clocks than any card has: an RTX 4090 has 5 of the memory and some 200 of the chip. */
const MOST_CLOCKS = 1_024;

/** Lowest and highest graphics clock in MHz at the highest memory clock, which is the card's under load; or NVML's code. */
export function clockRange(
  library: NvmlLibrary,
  handle: bigint,
): { lowestMhz: number; highestMhz: number } | Refusal {
  const memory = listed((count, list) =>
    library.call('nvmlDeviceGetSupportedMemoryClocks', handle, count, list),
  );
  if ('code' in memory) return memory;
  const memoryMhz = memory.highestMhz;
  return listed((count, list) =>
    library.call('nvmlDeviceGetSupportedGraphicsClocks', handle, memoryMhz, count, list),
  );
}

function listed(
  call: (count: Uint32Array, list: Uint32Array) => number,
): { lowestMhz: number; highestMhz: number } | Refusal {
  const list = new Uint32Array(MOST_CLOCKS);
  const count = Uint32Array.of(MOST_CLOCKS);
  const code = call(count, list);
  if (code !== CODE.success) return { code };
  const clocks = list.subarray(0, count[0]);
  if (clocks.length === 0) return { code: CODE.notSupported, why: 'the card lists no clocks' };
  return { lowestMhz: Math.min(...clocks), highestMhz: Math.max(...clocks) };
}
