/** The card that the configuration names, opened as a run opens it. */
import { reasonOf } from '../../errors.js';
import { type OpenCardsOptions, openCards } from '../../gpu/choose.js';
import type { CardInventory } from '../../shapes/gpu.js';
import { type Check, fine } from './check.js';

/** Whether the card of the configuration opens, how it is read, and why not another way. */
export async function checkCard(gpu: string, options: OpenCardsOptions = {}): Promise<Check> {
  try {
    const set = await openCards(gpu, options);
    const names = set.cards.map(({ inventory }) => nameOf(inventory));
    await set.close();
    return fine('card', `${gpu}: ${names.join(', ')}; ${set.note}`);
  } catch (error) {
    return {
      name: 'card',
      ok: false,
      found: reasonOf(error),
      remedy: 'set gpu (--gpu) to another card, or do what is said of the driver',
    };
  }
}

/** A card that is not real says so by its name. */
function nameOf({ name, simulated }: CardInventory): string {
  if (name === 'none') return 'no card';
  return simulated && !/^(simulated|recorded)/i.test(name) ? `simulated ${name}` : name;
}
