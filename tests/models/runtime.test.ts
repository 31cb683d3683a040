import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { openRuntime, type Runtime } from '../../src/models/index.js';
import { blankFrame, MODELS_ENTRY, temporaryFolder, WORKER_ENTRY } from './helpers.js';

const cacheDir = temporaryFolder();
const open: Runtime[] = [];

function openHere(options: Partial<Parameters<typeof openRuntime>[0]> = {}): Runtime {
  const runtime = openRuntime({ cacheDir, threads: 1, workerEntry: WORKER_ENTRY, ...options });
  open.push(runtime);
  return runtime;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((runtime) => runtime.close()));
});

test('a worker detects at square and other sizes and gives the frame back', async () => {
  const runtime = openHere();
  expect(runtime.model).toBeNull();
  expect(await runtime.load('yolov8n')).toMatchObject({ kind: 'done' });
  const first = await runtime.infer(blankFrame(), 256);
  expect(first).toMatchObject({ model: 'yolov8n', size: [256, 256], detections: [] });
  expect(first.inferenceMs).toBeGreaterThan(0);
  expect(first.frame.data.length).toBe(320 * 180 * 4);
  const second = await runtime.infer(first.frame, [256, 320]);
  expect(second.size).toEqual([256, 320]);
  const rgb = await runtime.infer(blankFrame(64, 48, 3), 64);
  expect(rgb.frame.data.length).toBe(64 * 48 * 3);
});

test('a frame that shares its buffer is copied, one of its own is handed over', async () => {
  const runtime = openHere();
  await runtime.load('yolov8n');
  const shared = new Uint8Array(2 * 64 * 64 * 4);
  const part = { data: shared.subarray(0, 64 * 64 * 4), width: 64, height: 64 };
  await runtime.infer(part, 64);
  expect(shared.length).toBe(2 * 64 * 64 * 4);
  const own = blankFrame(64, 64);
  const answer = runtime.infer(own, 64);
  expect(own.data.length).toBe(0);
  await expect(runtime.infer(own, 64)).rejects.toThrow(/got 0; a frame that is being inferred/);
  await answer;
});

test('switching under load loses no frame, and each frame is told its own model', async () => {
  const runtime = openHere();
  await runtime.load('yolov8n');
  const seen = new Set<string>();
  let frames = 0;
  let isDone = false;
  const loop = (async () => {
    let frame = blankFrame();
    while (!isDone) {
      const result = await runtime.infer(frame, 256);
      frame = result.frame;
      seen.add(result.model);
      frames += 1;
    }
  })();
  for (const model of ['yolov8s', 'yolov8n', 'yolov8s', 'yolov8n'] as const) {
    expect(await runtime.load(model)).toMatchObject({ kind: 'done' });
    expect(runtime.model).toBe(model);
    const before = frames;
    await expect.poll(() => frames).toBeGreaterThan(before + 1);
  }
  isDone = true;
  await loop;
  expect([...seen].sort()).toEqual(['yolov8n', 'yolov8s']);
});

test('of wishes that come at once the newest counts', async () => {
  const runtime = openHere();
  const outcomes = await Promise.all(['yolov8n', 'yolov8s', 'yolov8n'].map((name) => runtime.load(name)));
  expect(outcomes.map(({ kind }) => kind)).toEqual(['superseded', 'superseded', 'done']);
  expect(runtime.model).toBe('yolov8n');
});

test('two streams hold two frames at once, and one again waits for its turn', async () => {
  const runtime = openHere({ streams: 2 });
  await runtime.load('yolov8n');
  expect(runtime.streams).toBe(2);
  const four = (): Promise<unknown[]> =>
    Promise.all([1, 2, 3, 4].map(() => runtime.infer(blankFrame(), 256)));
  expect(await four()).toHaveLength(4);
  await runtime.setStreams(1);
  expect(await four()).toHaveLength(4);
  await runtime.setStreams(2);
  expect(await four()).toHaveLength(4);
});

test('what cannot be is refused with what was expected', async () => {
  const runtime = openHere();
  await expect(runtime.infer(blankFrame(), 256)).rejects.toMatchObject({
    code: 'modelUnavailable',
    message: expect.stringContaining('call load() first'),
  });
  await expect(runtime.load('yolov9')).rejects.toThrow(/expected a model among/);
  await expect(runtime.setStreams(0)).rejects.toThrow('expected 1 to 8 streams, got 0');
  await expect(runtime.infer(blankFrame(), 400)).rejects.toThrow(
    /multiples of 32 pixels, got 400 × 400.*384/,
  );
  await expect(runtime.infer(blankFrame(), [256, Number.NaN])).rejects.toThrow(/multiples of 32/);
  const short = { ...blankFrame(), width: 400 };
  await expect(runtime.infer(short, 256)).rejects.toThrow('expected 288000 bytes (RGBA) or 216000 (RGB)');
});

test('a model that cannot be loaded leaves the present one serving', async () => {
  const runtime = openHere();
  await runtime.load('yolov8n');
  const broken = openHere({ cacheDir: new URL(import.meta.url).pathname });
  await expect(broken.load('yolov8n')).rejects.toMatchObject({ code: 'modelUnavailable' });
  expect(broken.model).toBeNull();
  await runtime.infer(blankFrame(), 256);
});

test('a worker that cannot start is told', async () => {
  const runtime = openHere({ workerEntry: new URL('./no-such-worker.js', import.meta.url) });
  await expect(runtime.load('yolov8n')).rejects.toThrow(/the thread of yolov8n has ended: .*no-such-worker/);
});

test('closing refuses what waits, finishes what is inside, and stays closed', async () => {
  const runtime = openHere();
  await runtime.load('yolov8n');
  const inside = runtime.infer(blankFrame(), 256);
  const waits = runtime.infer(blankFrame(), 256);
  const refused = expect(waits).rejects.toThrow('the runtime is closed');
  await runtime.close();
  await refused;
  expect((await inside).model).toBe('yolov8n');
  await expect(runtime.infer(blankFrame(), 256)).rejects.toThrow('the runtime is closed');
  await expect(runtime.load('yolov8n')).rejects.toThrow('the runtime is closed');
});

test.each([0, 60, 150, 300])(
  'stopping %i ms into a load ends the process with exit code 0',
  async (delayMs) => {
    const script = `
    const { openRuntime } = await import(${JSON.stringify(MODELS_ENTRY.href)});
    const runtime = openRuntime({ cacheDir: ${JSON.stringify(cacheDir)}, threads: 1 });
    const load = runtime.load('yolov8s').catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, ${delayMs}));
    await runtime.close();
    await load;
    process.stdout.write('closed');
  `;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    expect(stdout).toBe('closed');
  },
);
