/** From the moment a person saves one of their rule files until the next tick would use it, with a hundred rules. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Core } from '#src/agent/core.js';
import { loadBook } from '#src/agent/index.js';
import { watchInThread } from '#src/reload/index.js';
import { readFolders } from '#src/rules/folders.js';
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
    const ofRun: Saves[] = [];
    for (let run = 0; run < runs; run++) ofRun.push(await timeSaves(count(SAVES)));
    const figure = (name: string, of: keyof Saves, share: number, bar: BenchResult['bar']): BenchResult => ({
      name: `save-to-live/${name}`,
      figure: rounded(
        percentileOf(
          ofRun.flatMap((run) => run[of]),
          share,
        ),
      ),
      unit: 'ms',
      against: null,
      ratio: null,
      bar,
      runs: ofRun.map((run) => rounded(percentileOf(run[of], share))),
    });
    return [
      figure('p50', 'liveMs', 0.5, null),
      figure('p99', 'liveMs', 0.99, { of: 'figure', atMost: 250 }),
      figure('loop-lag-p99', 'lagMs', 0.99, null),
    ];
  },
};

interface Saves {
  /** From a save to the next tick's book. */
  liveMs: number[];
  /** How late the agent's own thread was at worst while that happened. */
  lagMs: number[];
}

/** Resolution of the event-loop clock. */
const LAG_STEP_MS = 1;

async function timeSaves(saves: number): Promise<Saves> {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'));
  const profile = benchProfile();
  const text = overlayText(profile);
  const file = join(folder, 'watched.yaml');
  writeFileSync(file, text);
  const content = readFolders([folder]);
  const core = new Core(SETTINGS, profile, loadBook(content.files, profile).book);
  let live: (book: Book) => void = () => undefined;
  let refused: (error: Error) => void = () => undefined;
  const watch = watchInThread(
    { folders: [folder], profile, liveHash: content.hash, withTests: false },
    {
      book: (book) => {
        core.useBook(book);
        live(book);
      },
      refused: (problems) => refused(new Error(`a right file was refused: ${problems[0]?.message}`)),
    },
  );
  const lag = monitorEventLoopDelay({ resolution: LAG_STEP_MS });
  try {
    const times: Saves = { liveMs: [], lagMs: [] };
    lag.enable();
    // The first one only tells that the thread stands.
    for (let i = -1; i < saves; i++) {
      await sleep(PAUSE_MS);
      lag.reset();
      const startMs = performance.now();
      const isLive = new Promise<void>((resolve, reject) => {
        live = () => resolve();
        refused = reject;
        setTimeout(() => reject(new Error(`a save was not live within ${LOST_MS} ms`)), LOST_MS).unref();
      });
      save(file, text.replace('for: 3s', `for: ${i + 5}s`), i);
      await isLive;
      if (i < 0) continue;
      times.liveMs.push(performance.now() - startMs);
      // What the book's message cost shows when the loop comes round again.
      await sleep(2 * LAG_STEP_MS);
      times.lagMs.push(Math.max(0, lag.max / 1e6 - LAG_STEP_MS));
    }
    return times;
  } finally {
    lag.disable();
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
