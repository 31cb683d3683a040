/** The thread's logic, run in this thread over a channel. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { expect, test, vi } from 'vitest';
import type { FromReader } from '../../src/reload/messages.js';
import { serveReloads } from '../../src/reload/serve.js';
import { readFolders } from '../../src/rules/folders.js';
import { shippedProfile } from '../helpers/shipped.js';
import { WRONG, withTarget } from '../rules/watched.js';

test('it answers, tells books and refusals, and closes when asked', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-serve-'));
  const file = join(folder, 'mine.yaml');
  writeFileSync(file, withTarget(11));
  const { port1, port2 } = new MessageChannel();
  const told: FromReader[] = [];
  port1.on('message', (message: FromReader) => told.push(message));
  const liveHash = readFolders([folder]).hash;
  const profile = shippedProfile('cpu');
  serveReloads(port2, { folders: [folder], profile, liveHash, isRefused: false, withTests: false });
  const untilTold = (kind: FromReader['kind']): Promise<unknown> =>
    vi.waitFor(() => expect(told.map((message) => message.kind)).toContain(kind), { timeout: 10_000 });

  port1.postMessage({ kind: 'ping' });
  await untilTold('pong');
  writeFileSync(file, withTarget(12));
  port1.postMessage({ kind: 'check' });
  await untilTold('book');
  expect(told.at(-1)).toMatchObject({
    book: { levels: { balanced: { targetFps: 12 } } },
    hash: readFolders([folder]).hash,
  });
  writeFileSync(file, WRONG);
  await untilTold('refused');
  expect(told.at(-1)).toMatchObject({ problems: [{ path: file, line: 2 }] });

  const closed = once(port1, 'close');
  port1.postMessage({ kind: 'close' });
  await closed;
  rmSync(folder, { recursive: true, force: true });
});
