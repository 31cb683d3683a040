/** Which cards there are: names, UUIDs, places on the bus. */
import type { CardInventory } from '../../shapes/gpu.js';
import { CODE, describeCode } from './codes.js';
import { PCI_INFO, TEXT_BYTES } from './layouts.js';
import type { NvmlLibrary } from './library.js';

/** A card that the driver told of. */
export interface FoundCard {
  inventory: CardInventory;
  /** Place on the PCI bus as the kernel writes it, `0000:01:00.0`; empty where it is not told. */
  busId: string;
  handle: bigint;
}

/** The cards in the driver's order, and why others are not among them. */
export interface FoundCards {
  driver: string;
  cards: FoundCard[];
  refused: string[];
}

/** Every card of an initialised library; the code of the driver where it tells none. */
export function findCards(library: NvmlLibrary): FoundCards | { code: number } {
  const count = new Uint32Array(1);
  const code = library.call('nvmlDeviceGetCount_v2', count);
  if (code !== CODE.success) return { code };
  const driver = text(TEXT_BYTES.driverVersion, (out) =>
    library.call('nvmlSystemGetDriverVersion', out, out.length),
  );
  const found: FoundCards = { driver, cards: [], refused: [] };
  for (let index = 0; index < (count[0] ?? 0); index++) {
    const card = findCard(library, index, driver);
    if ('code' in card) found.refused.push(`card ${index}: ${describeCode(card.code)}`);
    else found.cards.push(card);
  }
  return found;
}

/** The handle of a card by its UUID, which stays when the driver counts anew; else the driver's code. */
export function handleOf(library: NvmlLibrary, uuid: string): { handle: bigint } | { code: number } {
  const out = new BigUint64Array(1);
  const code = library.call('nvmlDeviceGetHandleByUUID', uuid, out);
  return code === CODE.success ? { handle: out[0] ?? 0n } : { code };
}

/** The count also has cards that this process may not open. */
function findCard(library: NvmlLibrary, index: number, driver: string): FoundCard | { code: number } {
  const out = new BigUint64Array(1);
  const code = library.call('nvmlDeviceGetHandleByIndex_v2', index, out);
  if (code !== CODE.success) return { code };
  const handle = out[0] ?? 0n;
  const uuidBytes = new Uint8Array(TEXT_BYTES.uuid);
  const uuidCode = library.call('nvmlDeviceGetUUID', handle, uuidBytes, uuidBytes.length);
  // Without it the card could not be found again.
  if (uuidCode !== CODE.success) return { code: uuidCode };
  const name = text(TEXT_BYTES.name, (bytes) =>
    library.call('nvmlDeviceGetName', handle, bytes, bytes.length),
  );
  const { busId, pciId } = pciOf(library, handle);
  const inventory: CardInventory = {
    name: name === '' ? 'NVIDIA card without a name' : name,
    uuid: cString(uuidBytes),
    driver: driver === '' ? null : driver,
    pciId,
    simulated: false,
  };
  return { inventory, busId, handle };
}

function pciOf(library: NvmlLibrary, handle: bigint): { busId: string; pciId: string | null } {
  const bytes = new Uint8Array(PCI_INFO.size);
  if (library.call('nvmlDeviceGetPciInfo_v3', handle, bytes) !== CODE.success)
    return { busId: '', pciId: null };
  const id = new DataView(bytes.buffer).getUint32(PCI_INFO.pciDeviceId, true);
  const hex = (half: number): string => half.toString(16).toUpperCase().padStart(4, '0');
  // The second form of the structure ends before the longer bus id.
  const busId =
    cString(bytes.subarray(PCI_INFO.busId, PCI_INFO.end)) ||
    cString(bytes.subarray(PCI_INFO.busIdLegacy, 16));
  return {
    // NVML writes eight digits of the domain, the kernel four.
    busId: busId.toLowerCase().replace(/^0000(?=[0-9a-f]{4}:)/, ''),
    pciId: `${hex(id & 0xffff)}:${hex(id >>> 16)}`,
  };
}

function text(length: number, read: (out: Uint8Array) => number): string {
  const bytes = new Uint8Array(length);
  return read(bytes) === CODE.success ? cString(bytes) : '';
}

function cString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}
