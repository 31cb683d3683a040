/** From the moment a person saves one of their rule files until the next tick would use it, with a hundred rules. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Core } from '#src/agent/core.js';
import { loadBook } from '#src/agent/index.js';
import { readFolders } from '#src/rules/folders.js';
import { watchBook } from '#src/rules/watch.js';
import type { Bench, BenchResult } from '#src/shapes/bench.js';
import type { Book } from '#src/shapes/rule.js';
import { benchProfile, overlayText } from './parts/hundred-rules.js';
import { percentileOf, rounded } from './parts/statistics.js';

const SAVES = 20;
/** Between two saves, so that each is seen by itself. */
const PAUSE_MS = 60;
/** After so long a save counts as lost. */
const LOST_MS = 10_000;

const SETTINGS = {
  intervalMs: 500,
  tierMs: { frame: 500, fast: 500, slow: 5_000, rare: 30_000, tick: 500 },
  mode: 'enforce',
  level: 'balanced',
  consent: true,
} as const;

export const saveToLive: Bench = {
  name: 'save-to-live',
  takesS: 30,
  async measure({ runs, count }) {
    const ofRun: number[][] = [];
    for (let run = 0; run < runs; run++) ofRun.push(await timeSaves(count(SAVES)));
    const figure = (name: string, share: number, bar: BenchResult['bar']): BenchResult => ({
      name: `save-to-live/${name}`,
      figure: rounded(percentileOf(ofRun.flat(), share)),
      unit: 'ms',
      against: null,
      ratio: null,
      bar,
      runs: ofRun.map((times) => rounded(percentileOf(times, share))),
    });
    return [figure('p50', 0.5, null), figure('p99', 0.99, { of: 'figure', atMost: 250 })];
  },
};

async function timeSaves(saves: number): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'));
  const profile = benchProfile();
  const text = overlayText(profile);
  const file = join(folder, 'watched.yaml');
  writeFileSync(file, text);
  const content = readFolders([folder]);
  const core = new Core(SETTINGS, profile, loadBook(content.files, profile).book);
  let live: (book: Book) => void = () => undefined;
  let refused: (error: Error) => void = () => undefined;
  const watch = watchBook([folder], profile, content.hash, {
    book: (book) => {
      core.useBook(book);
      live(book);
    },
    refused: (problems) => refused(new Error(`a right file was refused: ${problems[0]?.message}`)),
  });
  try {
    // The watch stands some time after it was begun.
    await sleep(1_000);
    const times: number[] = [];
    for (let i = 0; i < saves; i++) {
      await sleep(PAUSE_MS);
      const startMs = performance.now();
      const isLive = new Promise<void>((resolve, reject) => {
        live = () => resolve();
        refused = reject;
        setTimeout(() => reject(new Error(`a save was not live within ${LOST_MS} ms`)), LOST_MS).unref();
      });
      save(file, text.replace('for: 3s', `for: ${i + 4}s`), i);
      await isLive;
      times.push(performance.now() - startMs);
    }
    return times;
  } finally {
    await watch.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Editors write in place or put another file there; half the saves are of each kind. */
function save(file: string, text: string, i: number): void {
  if (i % 2 === 0) {
    writeFileSync(file, text);
    return;
  }
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
