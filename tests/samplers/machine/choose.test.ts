import { expect, it } from 'vitest';
import { planMachine } from '../../../src/samplers/machine/choose.js';

it.each([
  ['linux', { fast: 'proc', slow: null }],
  ['win32', { fast: 'os', slow: 'systeminformation' }],
  ['darwin', { fast: 'os', slow: 'systeminformation' }],
] as const)('reads %s by its own ways', (platform, plan) => {
  expect(planMachine(platform)).toEqual({ ...plan, inventory: 'systeminformation' });
});
