/** Ways in which files change that one event does not tell of. */
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { OpenFolderEvents } from '../../src/rules/folder-events.js';
import type { WatchOptions } from '../../src/rules/watch.js';
import { Watched, WRONG, withTarget } from './watched.js';

/** A file that nobody wrote to for so long is taken for written, in ms (`watch.ts`). */
const UNWRITTEN_MS = 100;

/** A drive that tells nothing. */
const blind: OpenFolderEvents = () => ({ close: async () => undefined });

// By the file and not by the test: tests that run side by side have no end of their own to hang it on.
const undo: (() => unknown)[] = [];
afterAll(async () => {
  for (const one of undo.reverse()) await one();
});

/** Does it over and over until the test file ends, or the answer is called. */
function keepDoing(act: () => void, everyMs: number): () => void {
  const timer = setInterval(act, everyMs);
  const stop = (): void => clearInterval(timer);
  undo.push(stop);
  return stop;
}

/** A new folder with one file in it. */
function folderWith(text: string): { root: string; folder: string; file: string } {
  const root = mkdtempSync(join(tmpdir(), 'evenkeel-saves-'));
  undo.push(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, 'own');
  const file = join(folder, 'mine.yaml');
  mkdirSync(folder);
  writeFileSync(file, text);
  return { root, folder, file };
}

function open(folders: string[], options: Partial<WatchOptions> = {}): Watched {
  const told = new Watched(folders, options);
  undo.push(() => told.watch.close());
  return told;
}

/** A watch that is known to run: it has told of one edit already. */
async function running(folder: string, file: string, options: Partial<WatchOptions> = {}): Promise<Watched> {
  const told = open([folder], options);
  writeFileSync(file, withTarget(12));
  await told.untilTarget(12);
  return told;
}

describe.concurrent('without events from the drive', () => {
  test('a save is seen by looking, whatever its length', async () => {
    const { folder, file } = folderWith(withTarget(11));
    const told = open([folder], { openEvents: blind });
    writeFileSync(file, withTarget(13));
    await told.untilTarget(13);
    writeFileSync(file, WRONG);
    await told.untilRefused(1);
    writeFileSync(file, withTarget(14));
    await told.untilTarget(14);
    expect(told.books).toHaveLength(2);
  });

  test('a folder that is put in the place of another is seen', async () => {
    const { root, folder } = folderWith(withTarget(11));
    const told = open([folder], { openEvents: blind });
    mkdirSync(join(root, 'new'));
    writeFileSync(join(root, 'new', 'mine.yaml'), withTarget(13));
    renameSync(folder, join(root, 'old'));
    renameSync(join(root, 'new'), folder);
    await told.untilTarget(13);
    expect(told.refusals).toEqual([]);
  });

  test('a file that is still being written when it is found is not judged', async () => {
    // On a busy machine the writing itself may pause for longer than a writer in earnest: then it says nothing.
    for (let attempts = 1; ; attempts++) {
      const { told, longestPauseMs } = await writeForLong();
      if (longestPauseMs >= UNWRITTEN_MS && attempts < 10) continue;
      expect(told.refusals).toEqual([]);
      expect(told.books).toHaveLength(1);
      return;
    }
  });

  async function writeForLong(): Promise<{ told: Watched; longestPauseMs: number }> {
    const { folder, file } = folderWith(withTarget(11));
    const told = open([folder], { openEvents: blind });
    let [lastMs, longestPauseMs] = [performance.now(), 0];
    const write = (text: string, by: typeof appendFileSync = appendFileSync): void => {
      by(file, text);
      const nowMs = performance.now();
      longestPauseMs = Math.max(longestPauseMs, nowMs - lastMs);
      lastMs = nowMs;
    };
    write('version: 1\nlevels:\n', writeFileSync);
    const stop = keepDoing(() => write('# a line\n'), 40);
    await sleep(2_300);
    stop();
    write('  balanced: { targetFps: 15 }\n');
    await told.untilTarget(15);
    return { told, longestPauseMs };
  }
});

describe.concurrent('a save in parts', () => {
  test('is judged when its last part is there', async () => {
    const { folder, file } = folderWith(withTarget(11));
    const told = await running(folder, file);
    const text = `version: 1\n${'# a long text\n'.repeat(10)}levels: { balanced: { targetFps: 17 } }\n`;
    writeFileSync(file, '');
    for (let at = 0; at < text.length; at += 40) {
      appendFileSync(file, text.slice(at, at + 40));
      await sleep(50);
    }
    await told.untilTarget(17);
    expect(told.refusals).toEqual([]);
    expect(told.books).toHaveLength(2);
  });

  test('that stops in the middle of a line waits for the rest', async () => {
    const { folder, file } = folderWith(withTarget(11));
    const told = await running(folder, file);
    writeFileSync(file, 'version: 1\nlevels: { balanced: { targe');
    await sleep(300);
    appendFileSync(file, 'tFps: 18 } }\n');
    await told.untilTarget(18);
    expect(told.refusals).toEqual([]);
  });

  test('that ends without the end of a line is taken after a moment', async () => {
    const { folder, file } = folderWith(withTarget(11));
    const told = await running(folder, file);
    writeFileSync(file, withTarget(19).trimEnd());
    await told.untilTarget(19);
  });
});

describe.concurrent('a save of several files', () => {
  test('that come one after the other is one book', async () => {
    const { folder, file } = folderWith(withTarget(11));
    const told = await running(folder, file);
    // Each alone is wrong: the level is named in one and told in the other.
    writeFileSync(join(folder, 'a.yaml'), 'version: 1\npresets: { mine: { level: own } }\n');
    await sleep(60);
    const own =
      'targetFps: 33, gpuUsageLimitPercent: 80, dynamicResolution: true, frameSkipping: true, tensorrt: true, batchProcessing: true';
    writeFileSync(join(folder, 'b.yaml'), `version: 1\nlevels: { own: { ${own} } }\n`);
    await vi.waitFor(() => expect(told.books.at(-1)?.levels.own?.targetFps).toBe(33), { timeout: 10_000 });
    expect(told.refusals).toEqual([]);
    expect(told.books).toHaveLength(2);
  });

  // Windows lets only administrators make links.
  test.skipIf(process.platform === 'win32')(
    'by Kubernetes, which swaps a link to their folder, is one book',
    async () => {
      const { root } = folderWith(withTarget(11));
      const mount = join(root, 'mount');
      const generation = (n: number, text: string): void => {
        mkdirSync(join(mount, `..${n}`));
        writeFileSync(join(mount, `..${n}`, 'mine.yaml'), text);
        symlinkSync(`..${n}`, join(mount, '..data_tmp'));
        renameSync(join(mount, '..data_tmp'), join(mount, '..data'));
      };
      mkdirSync(mount);
      generation(1, withTarget(11));
      symlinkSync(join('..data', 'mine.yaml'), join(mount, 'mine.yaml'));
      const told = open([mount]);
      for (const n of [2, 3, 4]) {
        generation(n, withTarget(10 + n));
        rmSync(join(mount, `..${n - 1}`), { recursive: true });
        await told.untilTarget(10 + n);
      }
      expect(told.books).toHaveLength(3);
      expect(told.refusals).toEqual([]);
    },
  );
});

describe.concurrent('what lies beside the rules', () => {
  test('is a rule test that counts where tests are asked for', async () => {
    const { folder } = folderWith(withTarget(11));
    const without = open([folder]);
    const judged: string[][] = [];
    const withTests = open([folder], {
      withTests: true,
      judge: async ({ tests }) => {
        judged.push(tests.map(({ path }) => path));
        return { book: null, problems: [] };
      },
    });
    const test = join(folder, 'mine.test.yaml');
    writeFileSync(test, 'tests: []\n');
    await vi.waitFor(() => expect(judged.at(-1)).toContain(test), { timeout: 10_000 });
    without.watch.check();
    await sleep(50);
    expect([without.books, without.refusals]).toEqual([[], []]);
    expect(withTests.refusals.length).toBeGreaterThan(0);
  });
});

test('saves that never pause are still read, whole', async () => {
  const { folder, file } = folderWith(withTarget(11));
  const told = await running(folder, file);
  let fps = 100;
  const stop = keepDoing(() => writeFileSync(file, withTarget(fps++)), 20);
  await vi.waitFor(() => expect(told.target).toBeGreaterThanOrEqual(100), { timeout: 10_000 });
  expect(told.refusals).toEqual([]);
  stop();
});

test('a file that a folder takes the place of keeps the book of before, and is told', async () => {
  const { folder, file } = folderWith(withTarget(11));
  const told = await running(folder, file);
  unlinkSync(file);
  mkdirSync(file);
  const [problem] = await told.untilRefused(1);
  expect(problem?.message).toContain(`expected a readable rule file at ${file}`);
  expect(told.target).toBe(12);
  rmSync(file, { recursive: true });
  writeFileSync(file, withTarget(13));
  await told.untilTarget(13);
});

test('a failure of the checker is told and the watch goes on', async () => {
  const { folder, file } = folderWith(withTarget(11));
  let isBroken = true;
  const told = open([folder], {
    judge: async () => {
      if (isBroken) throw new Error('a mistake of ours');
      return { book: null, problems: [] };
    },
  });
  writeFileSync(file, withTarget(12));
  const [problem] = await told.untilRefused(1);
  expect(problem).toMatchObject({ code: 'fault', message: expect.stringContaining('a mistake of ours') });
  isBroken = false;
  writeFileSync(file, withTarget(13));
  await told.untilRefused(2);
});

test('a save while another is judged is judged after it', async () => {
  const { folder, file } = folderWith(withTarget(11));
  const judged: string[] = [];
  let go = (): void => undefined;
  const told = open([folder], {
    judge: async ({ files }) => {
      judged.push(files.at(-1)?.text ?? '');
      if (judged.length === 1)
        await new Promise<void>((resolve) => {
          go = resolve;
        });
      return { book: null, problems: [] };
    },
  });
  writeFileSync(file, withTarget(12));
  await vi.waitFor(() => expect(judged).toHaveLength(1), { timeout: 10_000 });
  writeFileSync(file, withTarget(13));
  told.watch.check();
  told.watch.check();
  expect(judged).toHaveLength(1);
  go();
  await vi.waitFor(() => expect(judged).toEqual([withTarget(12), withTarget(13)]), { timeout: 10_000 });
});
