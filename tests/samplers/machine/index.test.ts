import os from 'node:os';
import si from 'systeminformation';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../src/facts/catalogue.js';
import { openMachineSampler } from '../../../src/samplers/machine/index.js';
import { OsProvider } from '../../../src/samplers/machine/os.js';
import { ProcProvider } from '../../../src/samplers/machine/proc.js';
import type { Readings } from '../../../src/shapes/reading.js';

const number = (readings: Readings, fact: string): number => {
  const value = readings[fact]?.[0];
  if (typeof value !== 'number')
    throw new Error(`${fact} is not a number: ${JSON.stringify(readings[fact])}`);
  return value;
};
/** Keeps one processor busy for so many milliseconds. */
function burn(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs) Math.sqrt(endMs);
}

describe('this machine', () => {
  it('is read by whatever fits it, under names of the catalogue only', async () => {
    const sampler = openMachineSampler({ slowEveryMs: 0 });
    sampler.sample(0);
    burn(60);
    const readings = sampler.sample(60);
    sampler.close();
    for (const fact of Object.keys(readings)) expect(CATALOGUE).toHaveProperty([fact]);
    expect(number(readings, 'system.cpuPercent')).toBeGreaterThan(0);
  });

  it.each(['win32', 'darwin'] as const)('can be read as %s would be, without waiting', (platform) => {
    const sampler = openMachineSampler({ platform });
    expect(Object.keys(sampler.sample(0))).toContain('system.cpuPercent');
    sampler.close();
  });

  it('has an inventory', async () => {
    const sampler = openMachineSampler();
    const { cores, memoryMib } = await sampler.readInventory();
    sampler.close();
    expect(cores).toBe(os.cpus().length);
    expect(memoryMib / (os.totalmem() / 1_048_576)).toBeCloseTo(1, 1);
  });
});

describe.skipIf(process.platform !== 'linux')(
  '/proc, Node and systeminformation (only Linux has /proc)',
  () => {
    it('agree on memory', async () => {
      const proc = new ProcProvider();
      const percents = [
        number(proc.sample(0), 'system.memoryPercent'),
        number(new OsProvider().sample(), 'system.memoryPercent'),
      ];
      const { total, available } = await si.mem();
      percents.push((100 * (total - available)) / total);
      proc.close();
      // Other programs come and go meanwhile.
      expect(Math.max(...percents) - Math.min(...percents)).toBeLessThan(10);
    });

    it('agree on the processors, loosely', async () => {
      const proc = new ProcProvider();
      const node = new OsProvider();
      proc.sample(0);
      node.sample();
      await si.currentLoad();
      // Long enough for ticks of 10 ms and starts a few ms apart to matter little.
      burn(1_200);
      const percents = [
        number(proc.sample(1_200), 'system.cpuPercent'),
        number(node.sample(), 'system.cpuPercent'),
        (await si.currentLoad()).currentLoad,
      ];
      proc.close();
      for (const percent of percents) {
        expect(percent).toBeGreaterThan(0);
        expect(percent).toBeLessThanOrEqual(100);
      }
      expect(Math.max(...percents) - Math.min(...percents)).toBeLessThan(40);
    });
  },
);
