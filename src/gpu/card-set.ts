/** Cards opened together, of which the bot's comes first. */
import type { Card, CardSet } from '../shapes/gpu.js';

/** What a set is made of besides its cards. */
export interface CardSetOptions {
  /** How the cards are read, and why not another way. */
  note: string;
  /** What stands now; nothing unless given. */
  standing?: () => readonly string[];
  /** Processor time of other processes in µs; none unless given. */
  outsideCpuUs?: () => number;
  /** Ends what reads them all; each card is closed before. */
  close?: () => Promise<void>;
}

/** Holds cards in the driver's order; the first of them is the bot's until another one is chosen. */
export function cardSet(cards: readonly [Card, ...Card[]], options: CardSetOptions): CardSet {
  let ordered = cards;
  return {
    get cards() {
      return ordered;
    },
    note: options.note,
    get standing() {
      return options.standing?.() ?? [];
    },
    get outsideCpuUs() {
      return options.outsideCpuUs?.() ?? 0;
    },
    choose(uuid) {
      const chosen = cards.find(({ inventory }) => inventory.uuid === uuid);
      if (chosen === undefined) return false;
      ordered = [chosen, ...cards.filter((card) => card !== chosen)];
      return true;
    },
    async close() {
      for (const card of cards) await card.close();
      await options.close?.();
    },
  };
}
