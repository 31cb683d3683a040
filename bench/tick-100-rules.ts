/** One tick from facts to decision with a hundred rules, by json-rules-engine as a live run uses it. */
import { Core } from '#src/agent/core.js';
import type { Bench, BenchResult } from '#src/shapes/bench.js';
import { benchProfile, hundredRules } from './parts/hundred-rules.js';
import { percentileOf, rounded } from './parts/statistics.js';
import { TICK_MS, Traffic } from './parts/traffic.js';

/** A level's first ticks are slower: what runs often is compiled then. */
const WARM_UP_TICKS = 300;
const TICKS = 1_200;

export const tick100Rules: Bench = {
  name: 'tick-100-rules',
  takesS: 25,
  async measure({ runs, count }) {
    const ofRun: number[][] = [];
    for (let run = 0; run < runs; run++) ofRun.push(await timeTicks(count(WARM_UP_TICKS), count(TICKS), run));
    const figure = (name: string, share: number, bar: BenchResult['bar']): BenchResult => ({
      name: `tick-100-rules/${name}`,
      figure: rounded(percentileOf(ofRun.flat(), share)),
      unit: 'ms',
      against: null,
      ratio: null,
      bar,
      runs: ofRun.map((times) => rounded(percentileOf(times, share))),
    });
    return [figure('p50', 0.5, null), figure('p99', 0.99, { of: 'figure', atMost: 5 })];
  },
};

/** The times of a run's ticks in ms, warm-up left out. */
async function timeTicks(warmUp: number, ticks: number, run: number): Promise<number[]> {
  const profile = benchProfile();
  const core = new Core(
    {
      intervalMs: TICK_MS,
      tierMs: { frame: TICK_MS, fast: TICK_MS, slow: 5_000, rare: 30_000, tick: TICK_MS },
      mode: 'enforce',
      level: 'balanced',
      consent: true,
    },
    profile,
    hundredRules(profile),
  );
  const traffic = new Traffic(run + 1);
  const times: number[] = [];
  for (let i = 0; i < warmUp + ticks; i++) {
    const sample = traffic.next();
    const startMs = performance.now();
    const result = await core.tick(sample);
    const tookMs = performance.now() - startMs;
    if (i >= warmUp) times.push(tookMs);
    traffic.answer(result);
  }
  return times;
}
