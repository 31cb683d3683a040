/** What NVML lets be seen of this machine, step by step: for whoever asks why a card cannot be read or set. */
import { reasonOf } from '../../errors.js';
import { CARD_KNOBS, type CardInventory, type CardKnob } from '../../shapes/gpu.js';
import type { DeviceAnswer, DeviceSetting } from '../settable.js';
import { CODE, describeCode } from './codes.js';
import { Device } from './device.js';
import { type FoundCard, findCards } from './identity.js';
import { type LibraryOptions, loadKoffi, type NvmlLibrary, openLibrary } from './library.js';
import { type CardProcesses, processesOf } from './processes.js';
import { openNvmlSetters } from './setters.js';

/** One card as its driver tells it. */
export interface LookedCard {
  inventory: CardInventory;
  /** Whether the driver keeps settings while no program uses the card; null where it tells nothing, as on Windows. */
  isPersistent: boolean | null;
  /** What could be written, or the driver's refusal to tell it. */
  settings: Record<CardKnob, DeviceAnswer<DeviceSetting>>;
  /** The programs that use it: read here and in no run, for a list of them takes milliseconds of the driver. */
  processes: CardProcesses;
}

/** The steps in their order; a look ends at the first that fails. */
export const LOOK_STEPS = ['koffi', 'library', 'init', 'cards'] as const;
/** One of `LOOK_STEPS`. */
export type LookStep = (typeof LOOK_STEPS)[number];

/** What was seen. */
export type NvmlLook =
  | { ok: true; library: string; driver: string; cards: LookedCard[]; refused: string[] }
  /** `step` is the one that failed; `code` is NVML's, null where it was not NVML that failed; `why` is a sentence. */
  | { ok: false; step: LookStep; library: string | null; code: number | null; why: string };

/**
 * Looks at all of it, and waits until each step is told before it is taken. Belongs into a process that can be killed.
 */
export async function look(
  begin: (step: LookStep, library: string | null) => Promise<void>,
  { places, loadFfi = loadKoffi }: LibraryOptions = {},
): Promise<NvmlLook> {
  const failed = (step: LookStep, library: string | null, code: number | null, why: string): NvmlLook => ({
    ok: false,
    step,
    library,
    code,
    why,
  });
  await begin('koffi', null);
  try {
    await loadFfi();
  } catch (error) {
    return failed('koffi', null, null, reasonOf(error));
  }
  await begin('library', null);
  let library: NvmlLibrary;
  try {
    library = await openLibrary({ loadFfi, ...(places === undefined ? {} : { places }) });
  } catch (error) {
    return failed('library', null, CODE.libraryNotFound, reasonOf(error));
  }
  const { path } = library;
  await begin('init', path);
  const code = library.call('nvmlInit_v2');
  if (code !== CODE.success) return failed('init', path, code, describeCode(code));
  await begin('cards', path);
  const found = findCards(library);
  if ('code' in found) return failed('cards', path, found.code, describeCode(found.code));
  const setters = await openNvmlSetters({ places: [path], loadFfi });
  const cards: LookedCard[] = [];
  for (const card of found.cards) {
    const device = setters.devices.find(({ uuid }) => uuid === card.inventory.uuid);
    const told = await Promise.all(CARD_KNOBS.map(async (knob) => [knob, await device?.read(knob)] as const));
    const settings = Object.fromEntries(told.map(([knob, answer]) => [knob, answer ?? GONE]));
    cards.push({
      inventory: card.inventory,
      isPersistent: persistenceOf(library, card),
      processes: processesOf(new Device(library, card.handle, found.driver, () => performance.now())),
      settings: settings as LookedCard['settings'],
    });
  }
  await setters.close();
  library.call('nvmlShutdown');
  return { ok: true, library: path, driver: found.driver, cards, refused: found.refused };
}

const GONE: DeviceAnswer<DeviceSetting> = {
  ok: false,
  code: 'NOT_FOUND',
  error: describeCode(CODE.notFound),
};

function persistenceOf(library: NvmlLibrary, { handle }: FoundCard): boolean | null {
  const mode = new Uint32Array(1);
  return library.call('nvmlDeviceGetPersistenceMode', handle, mode) === CODE.success ? mode[0] === 1 : null;
}
