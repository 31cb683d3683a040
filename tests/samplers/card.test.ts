import { expect, it } from 'vitest';
import { lookUpFact } from '../../src/facts/catalogue.js';
import { SimulatedCard } from '../../src/gpu/simulated/card.js';
import { sampleCard } from '../../src/samplers/card.js';

it("gives the bot's card as gpu. and the others under their number", () => {
  expect(sampleCard(new SimulatedCard(), 0, 0)['gpu.powerW']).toEqual([28, 'simulated', 0]);
  const second = sampleCard(new SimulatedCard(), 1, 0);
  expect(second['gpu.1.powerW']).toEqual([28, 'simulated', 0]);
  expect(Object.keys(second).filter((fact) => lookUpFact(fact) === undefined)).toEqual([]);
  expect(Object.keys(second).every((fact) => fact.startsWith('gpu.1.'))).toBe(true);
});
