import { expect, it } from 'vitest';
import { openSelfSampler } from '../../src/samplers/self.js';

it('gives the processor time since the sample before, of one core, and the resident memory', () => {
  const usage = { user: 1_000_000, system: 0 };
  const self = openSelfSampler({ cpuUsage: () => usage, memoryUsage: { rss: () => 100 * 1_048_576 } });
  expect(self.sample(0)).toEqual({
    'agent.cpuPercent': [null, 'missing', 0, 'needs two readings'],
    'agent.observerPercent': [null, 'missing', 0, 'needs two readings'],
    'agent.rssMib': [100, 'measured', 0],
  });
  usage.user += 15_000;
  usage.system += 5_000;
  expect(self.sample(1_000)['agent.cpuPercent']).toEqual([2, 'measured', 0]);
});

it('gives no share for a tick at the same time, and loses nothing by it', () => {
  const usage = { user: 0, system: 0 };
  const self = openSelfSampler({ cpuUsage: () => usage, memoryUsage: { rss: () => 0 } });
  self.sample(0);
  usage.user = 10_000;
  expect(self.sample(0)).not.toHaveProperty(['agent.cpuPercent']);
  expect(self.sample(1_000)['agent.cpuPercent']).toEqual([1, 'measured', 0]);
});

it('counts what reads the card in other processes as a cost of watching, and not as its own', () => {
  const usage = { user: 0, system: 0 };
  let outsideUs = 70_000;
  const source = { cpuUsage: () => usage, memoryUsage: { rss: () => 0 } };
  const self = openSelfSampler(source, () => outsideUs);
  self.sample(0);
  usage.user = 10_000;
  outsideUs += 5_000;
  expect(self.sample(1_000)).toMatchObject({
    'agent.cpuPercent': [1, 'measured', 0],
    'agent.observerPercent': [1.5, 'measured', 0],
  });
});

it('watches this process', () => {
  const self = openSelfSampler();
  self.sample(0);
  const readings = self.sample(1_000);
  expect(readings['agent.rssMib']?.[0]).toBeGreaterThan(10);
  expect(readings['agent.cpuPercent']?.[0]).toBeGreaterThanOrEqual(0);
});
