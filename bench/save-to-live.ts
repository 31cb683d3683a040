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
/** Fewer, because all the tests that a save touches run each time. */
const TESTED_SAVES = 4;
/** Between two saves, so that each is seen by itself. */
const PAUSE_MS = 60;
/** After so long a save counts as lost. */
const LOST_MS = 60_000;

const SETTINGS = {
  intervalMs: 500,
  tierMs: { frame: 500, fast: 500, slow: 5_000, rare: 30_000, tick: 500 },
  mode: 'enforce',
  level: 'balanced',
  consent: true,
} as const;

/** Time in ms from a save to the book that waits for the next tick, with rule tests and without. */
export const saveToLive: Bench = {
  name: 'save-to-live',
  takesS: 60,
  async measure({ runs, count }) {
    const plain: Saves[] = [];
    const tested: Saves[] = [];
    for (let run = 0; run < runs; run++) {
      plain.push(await timeSaves(count(SAVES), false));
      tested.push(await timeSaves(count(TESTED_SAVES), true));
    }
    return [
      figure('p50', plain, 'liveMs', 0.5, null),
      figure('p99', plain, 'liveMs', 0.99, { of: 'figure', atMost: 250 }),
      figure('loop-lag-p99', plain, 'lagMs', 0.99, null),
      figure('with-tests-p50', tested, 'liveMs', 0.5, null),
      figure('with-tests-p99', tested, 'liveMs', 0.99, null),
    ];
  },
};

function figure(
  name: string,
  ofRun: readonly Saves[],
  of: keyof Saves,
  share: number,
  bar: BenchResult['bar'],
): BenchResult {
  const all = ofRun.flatMap((run) => run[of]);
  return {
    name: `save-to-live/${name}`,
    figure: rounded(percentileOf(all, share)),
    unit: 'ms',
    against: null,
    ratio: null,
    bar,
    runs: ofRun.map((run) => rounded(percentileOf(run[of], share))),
  };
}

/** What `--test-on-reload` runs at each save. */
const TESTS = `rules: [ watched.yaml ]
profile: rtx-4090
tests:
  - name: a hot chip is told
    given: { gpu.temperatureC: "60x5 80x10" }
    expect: [ { at: 14s, rule: chip-heat-told, is: active } ]
  - name: a cool chip is not
    given: { gpu.temperatureC: "60x15" }
    expect: [ { at: always, rule: chip-heat-told, is: idle } ]
`;

interface Saves {
  /** From a save to the next tick's book. */
  liveMs: number[];
  /** How late the agent's own thread was at worst while that happened. */
  lagMs: number[];
}

/** Resolution of the event-loop clock. */
const LAG_STEP_MS = 1;

async function timeSaves(saves: number, withTests: boolean): Promise<Saves> {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'));
  const profile = benchProfile();
  const text = overlayText(profile);
  const file = join(folder, 'watched.yaml');
  writeFileSync(file, text);
  if (withTests) writeFileSync(join(folder, 'watched.test.yaml'), TESTS);
  const content = readFolders([folder]);
  const core = new Core(SETTINGS, profile, loadBook(content.files, profile).book);
  let live: (book: Book) => void = () => undefined;
  let refused: (error: Error) => void = () => undefined;
  const watch = watchInThread(
    { folders: [folder], profile, liveHash: content.hash, withTests },
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
