/** The last stage: what the player would do about what was seen. Nothing is clicked. */
import type { MapReading } from './minimap.js';
import type { TextReading } from './ocr.js';

export type Deed = 'eat' | 'fight' | 'loot' | 'walk';

/** Health below which food comes first. */
const HUNGRY_BELOW = 40;

export function chooseDeed(map: MapReading, { text }: TextReading): Deed {
  const health = Number(/^HP (\d+)/.exec(text)?.[1] ?? Number.NaN);
  if (health < HUNGRY_BELOW) return 'eat';
  if (text.includes('FIGHTING') && map.monsters > 0) return 'fight';
  return map.items > 0 && map.shift === 0 ? 'loot' : 'walk';
}
