/** One tick from facts to decision with a hundred rules, by json-rules-engine as a live run uses it. */
import type { Bench, BenchResult } from '#src/shapes/bench.js';
import { startDrive } from './parts/drive.js';
import { percentileOf, rounded } from './parts/statistics.js';

/** The first ticks are slower: what runs often is compiled then. */
const WARM_UP_TICKS = 300;
const TICKS = 1_200;

/** Time of one tick in ms, taken over many ticks of several fresh runs. */
export const tick100Rules: Bench = {
  name: 'tick-100-rules',
  takesS: 25,
  async measure({ runs, count }) {
    const ofRun: number[][] = [];
    for (let run = 0; run < runs; run++) {
      const drive = startDrive(run + 1, 'reference');
      await drive.ticks(count(WARM_UP_TICKS));
      ofRun.push(await drive.ticks(count(TICKS)));
    }
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
