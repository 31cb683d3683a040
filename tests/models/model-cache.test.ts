import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkModelName, ensureModel, modelPath } from '../../src/models/model-cache.js';
import { isSealed, sealModel } from '../../src/models/model-seal.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-cache-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a model is generated once, told about, and read from its file from then on', async () => {
  const cacheDir = join(folder, 'deep', 'once');
  const told: string[] = [];
  const options = { cacheDir, onProgress: (text: string) => told.push(text) };
  const first = await ensureModel('yolov8n', options);
  expect(told).toEqual(['generating yolov8n (13 MB, random weights), once', 'generated yolov8n']);
  const second = await ensureModel('yolov8n', options);
  expect(told).toHaveLength(2);
  expect(Buffer.compare(first, second)).toBe(0);
  expect(await readdir(cacheDir)).toEqual(['yolov8n-1-1.onnx']);
});

test.each([
  ['truncated', (path: string) => truncate(path, 1_000_000)],
  ['emptied', (path: string) => truncate(path, 0)],
  [
    'damaged',
    async (path: string) => {
      const bytes = await readFile(path);
      bytes[5_000_000] = (bytes[5_000_000] ?? 0) ^ 1;
      await writeFile(path, bytes);
    },
  ],
])('a %s file is generated again', async (_, harm) => {
  const told: string[] = [];
  const options = { cacheDir: folder, onProgress: (text: string) => told.push(text) };
  const whole = await ensureModel('yolov8n', options);
  const path = modelPath('yolov8n', options);
  await harm(path);
  told.length = 0;
  expect(Buffer.compare(await ensureModel('yolov8n', options), whole)).toBe(0);
  expect(told[0]).toContain('its file was damaged');
  expect(isSealed(await readFile(path))).toBe(true);
});

test('two that need the same file at once both get it, and leave nothing else behind', async () => {
  const cacheDir = join(folder, 'twice');
  const [first, second] = await Promise.all([1, 2].map(() => ensureModel('yolov8n', { cacheDir })));
  expect(first?.length).toBe(second?.length);
  expect(await readdir(cacheDir)).toHaveLength(1);
});

test('a folder that cannot be made is refused with its path and what to do', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  await expect(ensureModel('yolov8n', { cacheDir: join(file, 'sub') })).rejects.toMatchObject({
    code: 'modelUnavailable',
    message: expect.stringMatching(/sub.*name another folder/s),
  });
});

test('an unknown model is refused with the list of known ones', () => {
  expect(checkModelName('yolov8m')).toBe('yolov8m');
  expect(() => checkModelName('yolov9')).toThrow(/expected a model among yolov8n, .*, got "yolov9"/);
});

test('a seal holds for the bytes it was made for only', () => {
  const sealed = sealModel(Uint8Array.from([1, 2, 3]));
  expect(isSealed(sealed)).toBe(true);
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Uint8Array.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(isSealed(changed)).toBe(false);
  }
  expect(isSealed(new Uint8Array(0))).toBe(false);
});
