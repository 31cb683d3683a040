/** `evenkeel inspect`: what a recording holds. */
import type { Command } from 'commander';
import { isGap } from '../agent/gap.js';
import { FORMAT } from '../recordings/format.js';
import { type ReadReport, readRecording } from '../recordings/reader.js';
import { type FactSummary, RecordingSummary } from '../recordings/summary.js';
import type { Io } from './io.js';
import { printJson } from './print-json.js';

interface Inspection {
  format: string;
  samples: number;
  durationS: number;
  segments: number;
  rejectedRows: number;
  /** ISO 8601; null without a sample. */
  start: string | null;
  facts: Record<string, FactSummary>;
}

/** Adds the verb `inspect`. */
export function registerInspect(program: Command, io: Io): void {
  program
    .command('inspect')
    .description('what a log holds: samples, segments, and every fact with its figures')
    .argument('<LOG...>', 'recordings')
    .option('--json', 'one JSON document')
    .addHelpText(
      'after',
      '\nExample:\n  evenkeel inspect ~/.local/state/evenkeel/recordings/2026-01-31T21-14-03',
    )
    .action(async (logs: string[], options: { json?: boolean }) => {
      const results: Inspection[] = [];
      for (const log of logs) results.push(await inspect(log));
      if (options.json === true) printJson(io, results.length === 1 ? results[0] : { results });
      else for (const [i, result] of results.entries()) io.stdout(textOf(logs[i] ?? '', result));
      io.exit(0);
    });
}

async function inspect(log: string): Promise<Inspection> {
  const report: ReadReport = { rejectedRows: 0, reasons: [] };
  const summary = new RecordingSummary();
  let intervalMs = 0;
  let segments = 0;
  let last: { atMs: number; wallMs: number } | null = null;
  for await (const line of readRecording(log, report)) {
    if (line.kind === 'header') intervalMs = line.settings.intervalMs;
    if (line.kind !== 'sample') continue;
    if (last === null || isGap(line.atMs - last.atMs, line.wallMs - last.wallMs, intervalMs)) segments++;
    last = line;
    summary.add(line);
  }
  return {
    format: FORMAT,
    samples: summary.samples,
    durationS: (summary.lastMs - (summary.firstMs ?? 0)) / 1000,
    segments,
    rejectedRows: report.rejectedRows,
    start: summary.samples === 0 ? null : new Date(summary.startWallMs).toISOString(),
    facts: summary.facts(),
  };
}

function textOf(
  log: string,
  { format, samples, durationS, segments, rejectedRows, start, facts }: Inspection,
): string {
  const round = (value: number): string => String(Math.round(value * 1000) / 1000).padStart(12);
  const rows = Object.entries(facts).map(
    ([fact, { n, min, mean, max, p95 }]) =>
      `${fact.padEnd(36)}${String(n).padStart(8)}${round(min)}${round(mean)}${round(max)}${round(p95)}`,
  );
  const head = `${log}: ${format}, ${samples} samples, ${durationS} s from ${start ?? '-'}, ${segments} segments, ${rejectedRows} rejected rows`;
  const columns = ['n', 'min', 'mean', 'max', 'p95']
    .map((name, i) => name.padStart(i === 0 ? 8 : 12))
    .join('');
  return `${[head, `${'fact'.padEnd(36)}${columns}`, ...rows].join('\n')}\n`;
}
