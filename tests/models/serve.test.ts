/** The worker's logic, run in this thread over a channel. */
import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import type { FromWorker, LoadRequest, ToWorker } from '../../src/models/messages.js';
import { serveModel } from '../../src/models/serve.js';
import { openSession } from '../../src/models/session.js';
import { blankFrame, temporaryFolder } from './helpers.js';

const cacheDir = temporaryFolder();
const LOAD: LoadRequest = {
  kind: 'load',
  model: 'yolov8n',
  cacheDir,
  seed: 1,
  threads: 1,
  warmSize: [64, 64],
};

const channels: MessageChannel[] = [];
afterEach(() => {
  for (const { port1 } of channels.splice(0)) port1.close();
});

interface Served {
  send: (message: ToWorker) => void;
  /** The next message that is no progress. */
  next: () => Promise<FromWorker>;
  closed: Promise<unknown>;
}

function serve(): Served {
  const channel = new MessageChannel();
  channels.push(channel);
  serveModel(channel.port2);
  const told: FromWorker[] = [];
  channel.port1.on('message', (message: FromWorker) => {
    if (message.kind !== 'progress') told.push(message);
  });
  return {
    send: (message) => channel.port1.postMessage(message),
    next: async () => {
      await expect.poll(() => told.length, { timeout: 20_000 }).toBeGreaterThan(0);
      return told.shift() as FromWorker;
    },
    closed: once(channel.port1, 'close'),
  };
}

test('it loads, answers a frame, and closes when released', async () => {
  const { send, next, closed } = serve();
  send(LOAD);
  expect(await next()).toEqual({ kind: 'ready' });
  // More sizes than it keeps, so that tables are made anew.
  for (let id = 1; id <= 10; id += 1) {
    send({ kind: 'infer', id, frame: blankFrame(30 + id, 20), size: [64, 32] });
    expect(await next()).toMatchObject({ kind: 'result', id, cost: { detections: [] } });
  }
  send({ kind: 'release' });
  await closed;
});

test('a frame before the model is refused, and so is a model whose folder is unusable', async () => {
  const { send, next } = serve();
  send({ kind: 'infer', id: 5, frame: blankFrame(), size: [64, 64] });
  expect(await next()).toMatchObject({
    kind: 'inferFailed',
    id: 5,
    error: { message: 'the model is not loaded' },
  });
  send({ ...LOAD, cacheDir: new URL(import.meta.url).pathname });
  expect(await next()).toMatchObject({ kind: 'loadFailed', error: { code: 'modelUnavailable' } });
});

test('an error that is not ours is told with its message', async () => {
  const { send, next } = serve();
  send({ ...LOAD, warmSize: [33, 33] });
  expect(await next()).toMatchObject({ kind: 'loadFailed', error: { code: 'modelUnavailable' } });
});

test('a release during the load is heeded before the model counts as ready', async () => {
  const { send, closed } = serve();
  send(LOAD);
  send({ kind: 'release' });
  await closed;
});

test('a missing ONNX Runtime is told with the command that installs it', async () => {
  const absent = (): Promise<never> => Promise.reject(new Error('Cannot find package'));
  await expect(openSession(new Uint8Array(), 1, absent)).rejects.toMatchObject({
    code: 'modelUnavailable',
    message: expect.stringMatching(/Cannot find package.*npm install onnxruntime-node/s),
  });
});

test('bytes that are no model are refused', async () => {
  await expect(openSession(Uint8Array.from([1, 2, 3]), 1)).rejects.toThrow(/ONNX Runtime refused the model/);
});
