/** A share of memory in use, 0 to 100 %, in whatever unit both are told; undefined where there is none in all. */
export function usedPercent(used: number, total: number): number | undefined {
  const percent = (100 * used) / total;
  return Number.isFinite(percent) ? Math.min(100, percent) : undefined;
}
