/** A dry-run of a day's recording with the shipped rules, against JSON.parse of the same lines alone. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dryRunLog } from '#src/commands/dry-run-log.js';
import { linesOf } from '#src/recordings/lines.js';
import type { Bench } from '#src/shapes/bench.js';
import { DAY_SAMPLES, writeDay } from './parts/day-recording.js';
import { compareInTurn, median, rounded } from './parts/statistics.js';

const FLAGS = { rules: [], profile: 'rtx-4090', engine: 'compiled' } as const;

/** Time of a whole dry-run, reading included, over time of JSON.parse of its lines; and what memory it takes. */
export const dryRunDay: Bench = {
  name: 'dry-run-day',
  takesS: 600,
  async measure({ runs, count }) {
    const folder = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'));
    try {
      const path = join(folder, 'day.ndjson');
      const samples = count(DAY_SAMPLES);
      await writeDay(path, samples);
      const digests = new Set<string>();
      let highestMib = 0;
      const dryRun = async (): Promise<number> => {
        const startMs = performance.now();
        const onBytes = (): void => {
          highestMib = Math.max(highestMib, process.memoryUsage.rss() / 2 ** 20);
        };
        const { report } = await dryRunLog(path, { ...FLAGS, rules: [] }, { isDrawn: false, onBytes });
        if (report.samples !== samples) throw new Error(`expected ${samples} samples, got ${report.samples}`);
        digests.add(report.digest);
        return performance.now() - startMs;
      };
      const { times, ratios } = await compareInTurn(runs, dryRun, () => parseAlone(path));
      if (digests.size !== 1) throw new Error(`expected one digest, got ${[...digests].join(' ')}`);
      return [
        {
          name: 'dry-run-day',
          figure: rounded(median(times) / 1000),
          unit: 's',
          against: 'JSON.parse of the same lines alone',
          ratio: rounded(median(ratios)),
          bar: { of: 'ratio', atLeast: 0.4 },
          runs: ratios.map(rounded),
        },
        {
          name: 'dry-run-day/rss',
          figure: rounded(highestMib),
          unit: 'MiB',
          against: null,
          ratio: null,
          bar: null,
          runs: [rounded(highestMib)],
        },
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** What JSON.parse takes of every line, in ms; reading the file is not counted. */
async function parseAlone(path: string): Promise<number> {
  let ms = 0;
  let samples = 0;
  for await (const lines of linesOf(path, () => {})) {
    const startMs = performance.now();
    for (const line of lines) if ((JSON.parse(line) as { kind: string }).kind === 'sample') samples++;
    ms += performance.now() - startMs;
  }
  if (samples === 0) throw new Error(`expected samples in ${path}`);
  return ms;
}
