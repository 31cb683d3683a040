/** A run that cannot start tells why and ends, whatever it had opened by then. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { startCli, temporaryFolder } from '../helpers/cli.js';
import { hasStandIn, openStandIn } from '../helpers/nvml-standin.js';

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

/** The exit code of a run with a real card's child and a writer; null where it does not end by itself. */
async function refused(...args: string[]): Promise<{ code: number | null; stderr: string }> {
  const standIn = openStandIn();
  ending.push(() => standIn.close());
  // Well past the time of the test, so that no run ends by its duration.
  const run = startCli(['run', '--gpu', 'nvml', '--allow-hardware', '--duration', '600', ...args], {
    env: standIn.env,
  });
  const timer = setTimeout(() => run.child.kill('SIGKILL'), 60_000);
  const { code, stderr } = await run.ended;
  clearTimeout(timer);
  return { code, stderr };
}

describe.skipIf(!hasStandIn() || process.platform === 'win32')(
  'a run over a real card',
  { timeout: 70_000 },
  () => {
    test('with a rule file that is wrong', async () => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'own.yaml'), 'version: 1\nname: own\nrules: 3\n');
      const { code, stderr } = await refused('--port', '0', '--rules', folder);
      expect(code, stderr).toBe(1);
    });

    test('with a port that is taken', async () => {
      const taken = createServer().listen(0, '127.0.0.1');
      ending.push(() => taken.close());
      await once(taken, 'listening');
      const { port } = taken.address() as AddressInfo;
      const { code, stderr } = await refused('--port', String(port));
      expect(code, stderr).not.toBeNull();
      expect(stderr).toContain(String(port));
    });
  },
);
