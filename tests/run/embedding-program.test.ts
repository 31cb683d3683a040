/** A program of its own that embeds the agent over a card of the stand-in. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { ROOT } from '../helpers/checkout.js';
import { temporaryFolder, until } from '../helpers/cli.js';
import { hasStandIn, openStandIn, type StandIn } from '../helpers/nvml-standin.js';

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

const PROGRAM = `import { createAgent } from 'evenkeel';
const agent = createAgent({
  settings: { gpu: 'nvml', port: 0, hardware: 'allow', intervals: { tickMs: 100 }, recording: { enabled: false } },
});
const { url, token } = await agent.start();
const { status } = await fetch(url + '/v1/override/powerLimitW', {
  method: 'PUT',
  headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json' },
  body: JSON.stringify({ value: 300 }),
});
process.stdout.write(status + '\\n');
process.stdin.once('data', async () => {
  const { kind } = await agent.stop();
  process.stdin.destroy();
  process.stdout.write(kind + '\\n');
});
`;

describe.skipIf(!hasStandIn() || process.platform === 'win32')('a program that embeds the agent', () => {
  test('borrows the card, gives it back by stop, and ends by itself', async () => {
    const machine: StandIn = openStandIn({ control: { otherClients: 1 } });
    ending.push(() => machine.close());
    const folder = temporaryFolder();
    ending.push(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(ROOT, join(folder, 'node_modules', 'evenkeel'), 'junction');
    writeFileSync(join(folder, 'program.mjs'), PROGRAM);
    const hardware = join(folder, 'hardware');
    const env = {
      ...process.env,
      ...machine.env,
      EVENKEEL_STATE_DIR: join(folder, 'state'),
      EVENKEEL_HARDWARE_DIR: hardware,
      EVENKEEL_GPU_HELPER: join(folder, 'gpu-helper.sock'),
    };
    const child = spawn(process.execPath, ['program.mjs'], { cwd: folder, env });
    let told = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        told += text;
      });
    }
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    ending.push(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    await until('the limit is written', () => machine.card().limitW === 300);
    child.stdin.write('stop\n');
    expect(await ended).toBe(0);
    expect(told).toBe('200\ntotals\n');
    expect(machine.card().limitW).toBe(450);
    const journals = existsSync(hardware) ? readdirSync(hardware) : [];
    expect(journals.filter((name) => name.endsWith('.journal.json'))).toEqual([]);
  });
});
