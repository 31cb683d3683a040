/** From what a person wrote after `--gpu` to open cards. */
import { EvenkeelError } from '../errors.js';
import type { Card, CardSet } from '../shapes/gpu.js';
import { cardSet } from './card-set.js';
import { NoCard } from './none.js';
import { SimulatedCard } from './simulated/card.js';

/** What `--gpu` takes; a card's UUID (`GPU-…`) as well. */
export const CARD_SPECS = ['auto', 'none', 'simulated', 'nvml', 'smi', 'recorded:FILE'] as const;

/**
 * Opens the cards that `spec` names; `auto` is the simulated one in this build.
 * @throws EvenkeelError `gpuUnavailable` for a card this build cannot open, `badFlag` for what is none of `CARD_SPECS`.
 */
export async function openCards(spec: string): Promise<CardSet> {
  switch (spec) {
    case 'auto':
    case 'simulated':
      return cardSet([new SimulatedCard()], { note: 'the card is simulated: nothing of it is measured' });
    case 'none':
      return cardSet([new NoCard()], { note: 'no card is watched, as asked' });
  }
  if (spec === 'nvml' || spec === 'smi' || /^(recorded:.|GPU-)/.test(spec)) {
    throw new EvenkeelError(
      'gpuUnavailable',
      `expected a card this build can open, simulated or none, got "${spec}"`,
      { details: { spec } },
    );
  }
  throw new EvenkeelError(
    'badFlag',
    `expected one of ${CARD_SPECS.join(', ')} or a UUID (GPU-…), got "${spec}"`,
    {
      details: { spec },
    },
  );
}

/** Whether a card takes its load from the agent. */
export function takesLoad(card: Card): card is SimulatedCard {
  return card instanceof SimulatedCard;
}
