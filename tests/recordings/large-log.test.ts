import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inspectLog } from '../../src/recordings/inspection.js';

/** MiB written and read. */
const SIZES = [4, 40] as const;
const isSoak = Number(process.env.EVENKEEL_SOAK ?? 0) > 0;

test.skipIf(!isSoak)(
  'a log ten times as large takes no more memory',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'evenkeel-large-'));
    try {
      const peaks: number[] = [];
      for (const size of SIZES) peaks.push(await peakOf(written(join(folder, `${size}.csv`), size)));
      const [small = 0, large = 0] = peaks;
      expect(large - small).toBeLessThan(64);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  600_000,
);

/** A day and more at 100 ms, with values that hardly repeat. */
function written(path: string, mebibytes: number): string {
  const file = openSync(path, 'w');
  writeSync(file, 'timestamp, index, temperature.gpu, utilization.gpu [%], power.draw [W]\n');
  const startMs = Date.UTC(2026, 0, 1);
  for (let bytes = 0, i = 0; bytes < mebibytes * 1024 * 1024; ) {
    const rows = Array.from({ length: 10_000 }, () => {
      const time = new Date(startMs + 100 * i++).toISOString().replace('T', ' ').replace('Z', '');
      return `${time}, 0, ${40 + (i % 40)}, ${i % 100} %, ${(i % 450_000) / 1000} W\n`;
    });
    bytes += writeSync(file, rows.join(''));
  }
  closeSync(file);
  return path;
}

/** The most memory while a log is read, in MiB. */
async function peakOf(path: string): Promise<number> {
  let peak = 0;
  const look = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss / 1024 / 1024);
  }, 50);
  const found = await inspectLog(path);
  clearInterval(look);
  expect(found.rejectedRows).toBe(0);
  return peak;
}
