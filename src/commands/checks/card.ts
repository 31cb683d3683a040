/** The card of the configuration, and what of NVIDIA's driver is there. */
import { reasonOf } from '../../errors.js';
import { openCards } from '../../gpu/choose.js';
import { findNvml, type NvmlMachine } from '../../gpu/nvml/places.js';
import { findSmi } from '../../gpu/smi/find-smi.js';
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

/** Whether the card of the configuration opens. */
export async function checkCard(gpu: string): Promise<Check> {
  try {
    const cards = await openCards(gpu);
    const { name, simulated } = cards.cards[0].inventory;
    await cards.close();
    const label = simulated && !/^simulated/i.test(name) ? 'simulated ' : '';
    return fine('card', name === 'none' ? `${gpu}: no card is watched` : `${gpu}: ${label}${name}`);
  } catch (error) {
    return { name: 'card', ok: false, found: reasonOf(error), remedy: 'set gpu (--gpu) to another card' };
  }
}
