/** The settings of NVIDIA's cards through NVML. A call may never return: this belongs into a process that can be killed. */
import type { SettableCards, SettableDevice } from '../settable.js';
import { CODE, describeCode } from './codes.js';
import { TEXT_BYTES } from './layouts.js';
import { type LibraryOptions, type NvmlLibrary, openLibrary } from './library.js';
import { NvmlSettable, type SetterSession } from './settable-card.js';

/**
 * Opens all cards of this machine for writing.
 * @throws EvenkeelError `gpuUnavailable` where the library does not load; Error with NVML's code where it does not start.
 */
export async function openNvmlSetters(options: LibraryOptions = {}): Promise<SettableCards> {
  const library = await openLibrary(options);
  const code = library.call('nvmlInit_v2');
  if (code !== CODE.success) throw new Error(describeCode(code));
  const session = new Session(library);
  const count = new Uint32Array(1);
  library.call('nvmlDeviceGetCount_v2', count);
  const devices: SettableDevice[] = [];
  for (let index = 0; index < (count[0] ?? 0); index += 1) {
    const handle = new BigUint64Array(1);
    // A card that this process may not open is not ours to write.
    if (library.call('nvmlDeviceGetHandleByIndex_v2', index, handle) !== CODE.success) continue;
    const device = handle[0] ?? 0n;
    const uuid = textOf(library, 'nvmlDeviceGetUUID', device, TEXT_BYTES.uuid);
    const name = textOf(library, 'nvmlDeviceGetName', device, TEXT_BYTES.name);
    devices.push(new NvmlSettable(session, uuid, name));
  }
  return {
    devices,
    async close() {
      library.call('nvmlShutdown');
    },
  };
}

class Session implements SetterSession {
  readonly library: NvmlLibrary;
  starts = 1;

  constructor(library: NvmlLibrary) {
    this.library = library;
  }

  restart(): number {
    this.library.call('nvmlShutdown');
    this.starts += 1;
    return this.library.call('nvmlInit_v2');
  }
}

function textOf(
  library: NvmlLibrary,
  name: 'nvmlDeviceGetUUID' | 'nvmlDeviceGetName',
  device: bigint,
  length: number,
): string {
  const text = new Uint8Array(length);
  library.call(name, device, text, length);
  return Buffer.from(text).toString('utf8').split('\0')[0] ?? '';
}
