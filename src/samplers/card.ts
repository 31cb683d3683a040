/** A card's readings under the names of its place: `gpu.` for the bot's card, `gpu.1.`, `gpu.2.` … for the others. */
import type { Card } from '../shapes/gpu.js';
import type { Readings } from '../shapes/reading.js';

/** Samples a card; `place` is 0 for the bot's card and counts the others in NVML's order. */
export function sampleCard(card: Card, place: number, atMs: number): Readings {
  const readings = card.sample(atMs);
  if (place === 0) return readings;
  return Object.fromEntries(
    Object.entries(readings).map(([fact, reading]) => [placed(fact, place), reading]),
  );
}

/** A fact of a card under the name of the card's place. */
export function placed(fact: string, place: number): string {
  return place === 0 ? fact : fact.replace(/^gpu\./, `gpu.${place}.`);
}
