import { expect, test } from 'vitest';
import { CardTiers } from '../../src/agent/card-tiers.js';
import { cardSet } from '../../src/gpu/card-set.js';
import { NoCard } from '../../src/gpu/none.js';
import type { SlowerTier } from '../../src/shapes/reading.js';

class DearCard extends NoCard {
  readonly dear = new Map<string, SlowerTier>();
  slower(): ReadonlyMap<string, SlowerTier> {
    return this.dear;
  }
}

test('a fact that is read more rarely is told once, under the name of its card, and once when it no longer is', () => {
  const [own, other] = [new DearCard(), new DearCard()];
  const tiers = new CardTiers(cardSet([own, other, new NoCard()], { note: '' }));
  expect(tiers.events()).toEqual([]);
  own.dear.set('gpu.fanPercent', 'rare');
  other.dear.set('gpu.powerW', 'slow');
  expect(tiers.events()).toEqual([
    { kind: 'tier', fact: 'gpu.fanPercent', tier: 'rare' },
    { kind: 'tier', fact: 'gpu.1.powerW', tier: 'slow' },
  ]);
  expect(tiers.events()).toEqual([]);
  other.dear.set('gpu.powerW', 'rare');
  own.dear.clear();
  expect(tiers.events()).toEqual([
    { kind: 'tier', fact: 'gpu.1.powerW', tier: 'rare' },
    { kind: 'tier', fact: 'gpu.fanPercent', tier: null },
  ]);
});
