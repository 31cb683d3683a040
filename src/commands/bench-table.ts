/** Measurements as people read them. */
import type { Bar, BenchResult, Machine } from '../shapes/bench.js';

/** One line for the machine, and a second one where its figures are not to be trusted. */
export function describeMachine({ cpu, cores, memoryGib, os, node, load1 }: Machine): string {
  const line = `${cpu}, ${cores} cores, ${memoryGib} GiB, ${os}, Node ${node}`;
  return load1 <= cores / 2
    ? line
    : `${line}\nThe machine was busy before (run queue ${load1} on ${cores} cores): bars are meant for a quiet one.`;
}

/** A table with a row for each figure; the last column says whether the bar was met. */
export function benchTable(results: readonly BenchResult[]): string {
  const rows = results.map((result) => [
    result.name,
    `${result.figure} ${result.unit}`,
    result.ratio === null ? '' : `${result.ratio} ×`,
    result.against ?? '',
    result.bar === null ? '' : `${barText(result.bar, result.unit)}: ${meetsBar(result) ? 'met' : 'MISSED'}`,
    result.runs.join(' '),
  ]);
  const table = [['name', 'figure', 'ratio', 'time of the other over this', 'bar', 'runs'], ...rows];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** Whether a figure is within its bar; one without a bar is. */
export function meetsBar({ figure, ratio, bar }: BenchResult): boolean {
  if (bar === null) return true;
  const value = bar.of === 'figure' ? figure : (ratio ?? Number.NaN);
  return (
    value <= (bar.atMost ?? Number.POSITIVE_INFINITY) && value >= (bar.atLeast ?? Number.NEGATIVE_INFINITY)
  );
}

function barText({ of, atMost, atLeast }: Bar, unit: string): string {
  const what = of === 'ratio' ? '×' : unit;
  return atMost === undefined ? `at least ${atLeast} ${what}` : `at most ${atMost} ${what}`;
}
