/** Tells the core when facts of a card begin to be read more rarely, so that they do not grow stale in between. */
import { placed } from '../samplers/card.js';
import type { CardSet } from '../shapes/gpu.js';
import type { SlowerTier } from '../shapes/reading.js';
import type { TickEvent } from '../shapes/sample.js';

/** What was told of the cards' dear facts so far. */
export class CardTiers {
  readonly #cards: CardSet;
  #told: ReadonlyMap<string, SlowerTier> = new Map();

  constructor(cards: CardSet) {
    this.#cards = cards;
  }

  /** What has changed since the call before, as inputs of a tick. */
  events(): TickEvent[] {
    const now = new Map<string, SlowerTier>();
    for (const [place, card] of this.#cards.cards.entries())
      for (const [fact, tier] of card.slower?.() ?? []) now.set(placed(fact, place), tier);
    const before = this.#told;
    this.#told = now;
    const changed = [...now].filter(([fact, tier]) => before.get(fact) !== tier);
    const ended = [...before.keys()].filter((fact) => !now.has(fact));
    return [
      ...changed.map(([fact, tier]): TickEvent => ({ kind: 'tier', fact, tier })),
      ...ended.map((fact): TickEvent => ({ kind: 'tier', fact, tier: null })),
    ];
  }
}
