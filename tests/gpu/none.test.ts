import { expect, it } from 'vitest';
import { NoCard } from '../../src/gpu/none.js';
import { cardContract } from '../contracts/gpu.js';

cardContract('no card', { open: async () => new NoCard(), withoutKnobs: '(it has no knobs)' });

it('gives the reason it was told for every fact', () => {
  const readings = new NoCard('the machine has no NVIDIA card').sample();
  expect(readings['gpu.temperatureC']).toEqual([null, 'unsupported', 0, 'the machine has no NVIDIA card']);
});
