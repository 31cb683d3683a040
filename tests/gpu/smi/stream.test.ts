import { expect, it } from 'vitest';
import { SMI_TIMES, SmiStream } from '../../../src/gpu/smi/stream.js';

it('waits twice as long before each new start of a program that does not run', async () => {
  const failures: string[] = [];
  const times = { ...SMI_TIMES, backoffMs: [10, 100_000] } as const;
  const stream = new SmiStream({ file: '/none/nvidia-smi' }, times, {
    told: () => undefined,
    failed: (why) => failures.push(why),
  });
  stream.start();
  await new Promise((resolve) => setTimeout(resolve, 400));
  stream.close();
  expect(failures[0]).toMatch(/^nvidia-smi tells nothing: it cannot be started: .*ENOENT/);
  expect(stream.trouble).toBe(failures[0]);
  // At 0, 10, 30, 70, 150 and 310 ms at the soonest.
  expect(failures.length).toBeGreaterThan(1);
  expect(failures.length).toBeLessThanOrEqual(6);
  const before = failures.length;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(failures).toHaveLength(before);
});
