import { expect, it } from 'vitest';
import { cpuTimeUs } from '../../../src/gpu/smi/cpu-time.js';

it('adds user and system time of a process, whatever its name is', () => {
  const stat = '42 (a) b (c) S 1 42 42 0 -1 4194304 100 0 0 0 17 5 0 0 20 0 1 0 12345 1000 50';
  expect(cpuTimeUs(42, (path) => (path === '/proc/42/stat' ? stat : ''))).toBe(220_000);
});

it('is 0 where the system does not tell it', () => {
  expect(cpuTimeUs(42, () => '')).toBe(0);
  expect(cpuTimeUs(undefined, () => '')).toBe(0);
});
