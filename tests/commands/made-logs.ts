/** Logs as GPU-Z writes them, of a card that does what a test says. */

/** One row of a log; a second after the one before unless it says when. */
export interface MadeRow {
  temperatureC: number;
  /** Sum of GPU-Z's reasons: 1 power, 2 thermal, 4 and 8 other, 16 none. */
  perfCap?: number;
  powerW?: number;
  /** Seconds after the first row. */
  atS?: number;
}

/** The text of a log. */
export function gpuZLog(rows: readonly MadeRow[]): string {
  const head = [
    'Date',
    'GPU Clock [MHz]',
    'GPU Temperature [°C]',
    'GPU Load [%]',
    'Board Power Draw [W]',
    'PerfCap Reason []',
  ];
  const lines = rows.map(({ temperatureC, perfCap = 16, powerW = 300, atS }, i) => {
    const time = new Date(Date.UTC(2026, 0, 2, 3, 4, 5) + 1000 * (atS ?? i)).toISOString();
    const date = time.slice(0, 19).replace('T', ' ');
    return `${[date, '1800.0', temperatureC.toFixed(1), '99', powerW.toFixed(1), perfCap].join(' , ')} ,\r\n`;
  });
  return `${head.join(' , ')} ,\r\n${lines.join('')}`;
}

/** So many rows at one temperature. */
export function rowsAt(temperatureC: number, count: number, perfCap = 16): MadeRow[] {
  return Array.from({ length: count }, () => ({ temperatureC, perfCap }));
}

/** Warms to `peakC`, stays there for `peakS`, and cools again. */
export function heating(peakC: number, peakS: number): MadeRow[] {
  return [...rowsAt(65, 5), ...rowsAt(peakC, peakS), ...rowsAt(70, 30)];
}
