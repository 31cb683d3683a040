/** The thread itself is the compiled one: what it does inside is tested in `serve.test.ts` and under `tests/rules/`. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ReaderThreadOptions, watchInThread } from '../../src/reload/reader-thread.js';
import { readFolders } from '../../src/rules/folders.js';
import { describeProblem } from '../../src/rules/problems.js';
import type { BookWatch } from '../../src/rules/watch.js';
import type { Book, Problem } from '../../src/shapes/rule.js';
import { ROOT } from '../helpers/checkout.js';
import { shippedProfile } from '../helpers/shipped.js';
import { WRONG, withTarget } from '../rules/watched.js';

const profile = shippedProfile('cpu');
const ENTRY = pathToFileURL(join(ROOT, 'dist/reload/reload-worker.js'));
const WAIT = { timeout: 20_000, interval: 20 };

let root: string;
let folder: string;
let file: string;
let watch: BookWatch | undefined;
const books: Book[] = [];
const refusals: Problem[][] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'evenkeel-reader-'));
  folder = join(root, 'own');
  file = join(folder, 'mine.yaml');
  mkdirSync(folder);
  writeFileSync(file, withTarget(11));
  books.length = 0;
  refusals.length = 0;
});
afterEach(async () => {
  await watch?.close();
  rmSync(root, { recursive: true, force: true });
});

function start(options: Partial<ReaderThreadOptions> = {}): BookWatch {
  const liveHash = readFolders([folder]).hash;
  watch = watchInThread(
    { folders: [folder], profile, liveHash, withTests: false, workerEntry: ENTRY, ...options },
    {
      book: (book) => books.push(book),
      refused: (problems) => refusals.push(problems),
    },
  );
  return watch;
}

/** A worker of these lines, which may use `port` and `data`. */
function workerOf(lines: string): URL {
  const path = join(root, 'worker.mjs');
  writeFileSync(
    path,
    `import { parentPort as port, workerData as data } from 'node:worker_threads';\n${lines}\n`,
  );
  return pathToFileURL(path);
}

async function untilTarget(fps: number): Promise<void> {
  await vi.waitFor(() => expect(books.at(-1)?.levels.balanced?.targetFps).toBe(fps), WAIT);
}

test('a save goes live, a wrong one is refused with its place, by a thread of its own', async () => {
  const thread = start();
  writeFileSync(file, withTarget(12));
  await untilTarget(12);
  writeFileSync(file, WRONG);
  thread.check();
  await vi.waitFor(() => expect(refusals).toHaveLength(1), WAIT);
  expect(refusals[0]?.map(describeProblem)[0]).toContain(`${file}:2:23: unknown key "targetFPS"`);
  writeFileSync(file, withTarget(13));
  await untilTarget(13);
});

test('a thread that dies is told, begun anew, and goes on from the book that is live', async () => {
  // Dies at its first message; the second one finds what changed meanwhile.
  const dying = workerOf(`
    port.on('message', ({ kind }) => {
      if (kind === 'check' && data.isRefused) port.postMessage({ kind: 'refused', problems: [] });
      else if (kind === 'check') throw new Error('out of luck');
      else if (kind === 'close') port.close();
    });
    if (data.isRefused) port.postMessage({ kind: 'refused', problems: [] });
  `);
  start({ workerEntry: dying, restartMs: 50 }).check();
  await vi.waitFor(() => expect(refusals).toHaveLength(2), WAIT);
  expect(refusals[0]?.map(describeProblem)).toEqual([
    'rules:1:1: the thread that reads the rule files ended: out of luck; it is begun anew in 0.1 s',
  ]);
  expect(refusals[1]).toEqual([]);
});

test('a thread that cannot be begun is told, again and again more rarely', async () => {
  start({ workerEntry: pathToFileURL(join(root, 'none.mjs')), restartMs: 20 });
  await vi.waitFor(() => expect(refusals.length).toBeGreaterThanOrEqual(3), WAIT);
  const waits = refusals.flat().map(({ message }) => Number(/anew in ([\d.]+) s/.exec(message)?.[1]));
  expect(waits.slice(0, 3)).toEqual([...waits.slice(0, 3)].sort((a, b) => a - b));
  expect(refusals[0]?.[0]?.message).toContain('none.mjs');
});

test('a thread that is stuck is ended and begun anew', async () => {
  const stuck = workerOf('if (!data.isRefused) for (;;); port.once("message", () => port.close());');
  start({ workerEntry: stuck, pingMs: 20, stuckMs: 200, restartMs: 20 });
  await vi.waitFor(() => expect(refusals.length).toBeGreaterThanOrEqual(1), WAIT);
  expect(refusals[0]?.[0]?.message).toContain('reading and checking took more than 0 s');
});

test('a thread that is stuck does not keep the agent from ending', async () => {
  const stuck = start({ workerEntry: workerOf('for (;;);') });
  await stuck.close();
  expect(refusals).toEqual([]);
});

test('nothing is told after it was closed', async () => {
  const thread = start();
  writeFileSync(file, withTarget(12));
  await untilTarget(12);
  await thread.close();
  writeFileSync(file, withTarget(13));
  thread.check();
  expect(books).toHaveLength(1);
});
