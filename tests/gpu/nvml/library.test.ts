import { expect, test } from 'vitest';
import { ALL_CODES, describeCode } from '../../../src/gpu/nvml/codes.js';
import { openLibrary } from '../../../src/gpu/nvml/library.js';
import { serveNvml } from '../../../src/gpu/nvml/serve.js';

const noKoffi = (): Promise<never> => Promise.reject(new Error("Cannot find package 'koffi'"));

test('without koffi it says so, and how to get it', async () => {
  await expect(openLibrary({ loadFfi: noKoffi })).rejects.toMatchObject({
    code: 'gpuUnavailable',
    message: expect.stringMatching(/^koffi, .* is not installed; npm install --include=optional/),
    cause: expect.objectContaining({ message: expect.stringContaining('koffi') }),
  });
});

test('the child answers with the reason, and goes on answering', async () => {
  const answer = serveNvml({ loadLibrary: () => openLibrary({ loadFfi: noKoffi }) });
  const pace = { fastMs: 1_000, slowMs: 5_000, rareMs: 30_000 };
  expect(await answer({ id: 1, kind: 'open', pace, known: [] })).toMatchObject({
    id: 1,
    kind: 'failed',
    why: expect.stringMatching(/^koffi/),
    cpuUs: expect.any(Number),
  });
  const wanted = { tiers: ['fast'], settings: false } as const;
  expect(await answer({ id: 2, kind: 'read', wanted })).toMatchObject({ id: 2, kind: 'failed' });
});

test('the first library that loads is taken, an old name stands for a new one, and what is nowhere is code 13', async () => {
  const loaded: string[] = [];
  const ffi = {
    load(path: string) {
      loaded.push(path);
      if (path === 'broken') throw new Error('invalid ELF header');
      return {
        func(name: string) {
          if (name !== 'nvmlInit') throw new Error(`Cannot find function '${name}' in shared library`);
          return () => 0;
        },
      };
    },
  };
  const library = await openLibrary({ places: ['broken', 'good', 'never'], loadFfi: async () => ffi });
  expect([library.path, loaded]).toEqual(['good', ['broken', 'good']]);
  expect(library.call('nvmlInit_v2')).toBe(0);
  expect(library.call('nvmlShutdown')).toBe(13);
  expect([...library.symbols]).toEqual([
    ['nvmlInit_v2', 'nvmlInit'],
    ['nvmlShutdown', null],
  ]);
  await expect(openLibrary({ places: ['broken'], loadFfi: async () => ffi })).rejects.toThrow(
    /^12 LIBRARY_NOT_FOUND: .*; tried broken \(invalid ELF header\)$/,
  );
  await expect(openLibrary({ places: [], loadFfi: async () => ffi })).rejects.toThrow(
    /this system has none$/,
  );
});

test('every code has a name and a sentence of its own', () => {
  const sentences = ALL_CODES.map((code) => describeCode(code));
  for (const sentence of sentences) expect(sentence).toMatch(/^\d+ [A-Z_]+: [a-zN]/);
  expect(new Set(sentences.map((sentence) => sentence.replace(/^\d+ /, ''))).size).toBe(ALL_CODES.length);
  expect(describeCode(77)).toMatch(/^77 UNNAMED: /);
});
