/** The card of the configuration, and what of NVIDIA's driver is there. */
import { reasonOf } from '../../errors.js';
import { type OpenCardsOptions, openCards } from '../../gpu/choose.js';
import { findNvml, type NvmlMachine } from '../../gpu/nvml/places.js';
import { findSmi } from '../../gpu/smi/find-smi.js';
import type { CardInventory } from '../../shapes/gpu.js';
import { type Check, fine } from './check.js';
import { runProgram } from './run-program.js';

/** What of the driver is there; needed only when the configuration names a real card. */
export async function checkDriver(gpu: string, machine: NvmlMachine): Promise<Check> {
  const isNeeded = gpu === 'nvml' || gpu === 'smi' || gpu.startsWith('GPU-');
  const library = findNvml(machine);
  const smi = findSmi(machine);
  const found = [library ?? 'no NVIDIA management library', smi ?? 'no nvidia-smi'];
  if (smi !== null) {
    const query = ['--query-gpu=name,driver_version,persistence_mode', '--format=csv,noheader'];
    const { text } = await runProgram(smi, query);
    found.push(...text.split(/\r?\n/).map((line) => `says "${line}" (name, driver, persistence mode)`));
  }
  const isThere = gpu === 'smi' ? smi !== null : library !== null;
  return {
    name: 'nvidia driver',
    ok: isThere || !isNeeded,
    found: found.join('; '),
    remedy: isThere ? null : 'install the NVIDIA driver to watch a real card; gpu: simulated needs none',
  };
}

/** Whether the card of the configuration opens, how it is read, and why not another way. */
export async function checkCard(gpu: string, options: OpenCardsOptions = {}): Promise<Check> {
  try {
    const set = await openCards(gpu, options);
    const names = set.cards.map(({ inventory }) => nameOf(inventory));
    await set.close();
    return fine('card', `${gpu}: ${names.join(', ')}; ${set.note}`);
  } catch (error) {
    return { name: 'card', ok: false, found: reasonOf(error), remedy: 'set gpu (--gpu) to another card' };
  }
}

/** A card that is not real says so by its name. */
function nameOf({ name, simulated }: CardInventory): string {
  if (name === 'none') return 'no card';
  return simulated && !/^(simulated|recorded)/i.test(name) ? `simulated ${name}` : name;
}
