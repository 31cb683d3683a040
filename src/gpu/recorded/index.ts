/** The cards of a recording, in the places that they had. */
import type { CardSet } from '../../shapes/gpu.js';
import { cardSet } from '../card-set.js';
import { RecordedCard } from './card.js';
import { loadRecorded } from './load.js';

/**
 * Opens the cards that a recording, a folder or a file, tells of.
 * @throws EvenkeelError as `loadRecorded` does.
 */
export async function openRecorded(path: string): Promise<CardSet> {
  const recorded = await loadRecorded(path);
  const others = recorded.cards.slice(1).map((_, place) => new RecordedCard(recorded, place + 1));
  const length = `${recorded.lengthMs / 1000} s`;
  const note = `the card is played from the recording ${path} (${recorded.name}, ${length}): nothing of it is measured now`;
  return cardSet([new RecordedCard(recorded, 0), ...others], { note });
}
