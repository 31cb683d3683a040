/** What a log holds, of any format, as it is written. */
import { lookUpFact, refuseValue } from '../facts/catalogue.js';
import { isGap } from '../facts/gap.js';
import type { FactValue } from '../shapes/reading.js';
import { FORMAT } from './format.js';
import { Judge } from './importers/judge.js';
import type { Unreadable } from './importers/unreadable-cells.js';
import { findFormat, isRecording, type LogOptions, newLogReport, readRows } from './read-log.js';
import { type ReadReport, readBatches } from './reader.js';
import { noSamples, withoutEffect } from './said-of-logs.js';
import { Spans } from './spans.js';
import { type FactSummary, LogSummary } from './summary.js';
import { type WallClock, wallClock, wallText } from './wall-time.js';
import { WordCounts } from './word-counts.js';

/** What `inspect` tells of a log. */
export interface Inspection {
  format: string;
  samples: number;
  /** From the first sample to the last, gaps included. */
  durationS: number;
  segments: number;
  rejectedRows: number;
  /** Where and why rows were rejected, at most the first ten. */
  reasons: string[];
  /** ISO 8601, without a zone where nobody says it; null where the log tells no date. */
  start: string | null;
  /** Readings that no rule would be shown, by fact: out of range, blank values, zeros of sensors that are not there. */
  refused: Record<string, number>;
  /** Cells that should hold a fact and cannot be read as one, by fact. */
  unreadable: Record<string, Unreadable>;
  /** Columns that no fact is read from; absent where the format does not tell them. */
  unused?: string[];
  notes: string[];
  /** Numbers. */
  facts: Record<string, FactSummary>;
  /** Words and claims: how often each is told, the most frequent first. */
  words: Record<string, Record<string, number>>;
}

/**
 * Reads a log once, and once more where a fact has more distinct values than are counted at a time.
 * @throws EvenkeelError `badFile` when it cannot be read, nobody knows its format or it holds no sample, `badRecording` as
 * `readRecording`, `badFlag` and `badConfig` where what is said of it does not fit.
 */
export async function inspectLog(path: string, options: LogOptions = {}): Promise<Inspection> {
  return (await isRecording(path)) ? inspectRecording(path, options) : inspectForeign(path, options);
}

async function inspectForeign(path: string, options: LogOptions): Promise<Inspection> {
  const opened = await findFormat(path, options);
  const report = newLogReport();
  const summary = new LogSummary();
  const words = new WordCounts();
  const spans = new Spans();
  const judge = new Judge();
  for await (const rows of readRows(opened, report)) {
    for (const row of rows) {
      judge.judge(row, spans.add(row.timeMs, row.begins));
      summary.add(row.facts);
      words.add(row.facts);
    }
  }
  if (spans.samples === 0) throw noSamples(path, opened.importer.format, report);
  while (summary.beginPass())
    for await (const rows of readRows(opened, newLogReport()))
      for (const row of rows) summary.again(row.facts);
  return {
    format: opened.importer.format,
    samples: spans.samples,
    durationS: report.durationS ?? 0,
    segments: spans.segments,
    rejectedRows: report.rejectedRows,
    reasons: report.reasons,
    start: spans.samples === 0 ? null : wallText(spans.firstMs, wallClock(report.isZoned)),
    refused: sorted(judge.refused),
    unreadable: report.unreadable,
    ...(report.unused === null ? {} : { unused: report.unused }),
    notes: report.notes,
    facts: summary.facts(),
    words: words.counts(),
  };
}

async function inspectRecording(path: string, options: LogOptions): Promise<Inspection> {
  const report: ReadReport = { rejectedRows: 0, reasons: [] };
  const summary = new LogSummary();
  const words = new WordCounts();
  const refused = new Map<string, number>();
  let intervalMs = 0;
  let clock: WallClock = 'universal';
  let [samples, segments, startWallMs, firstMs] = [0, 0, 0, 0];
  let last: { atMs: number; wallMs: number } | null = null;
  for await (const lines of readBatches(path, report)) {
    for (const line of lines) {
      if (line.kind === 'header') {
        intervalMs = line.settings.intervalMs;
        clock = line.clock ?? 'universal';
      }
      if (line.kind !== 'sample') continue;
      if (last === null) [firstMs, startWallMs] = [line.atMs, line.wallMs];
      if (last === null || isGap(line.atMs - last.atMs, line.wallMs - last.wallMs, intervalMs)) segments++;
      last = line;
      samples++;
      const values = valuesOf(line.readings);
      summary.add(values);
      words.add(values);
      for (const [fact, [value]] of Object.entries(line.readings))
        if (value !== null && isRefused(fact, value)) refused.set(fact, (refused.get(fact) ?? 0) + 1);
      for (const event of line.events) if (event.kind === 'frames') summary.addFolds(event.folds);
    }
  }
  if (samples === 0) throw noSamples(path, FORMAT, report);
  while (summary.beginPass())
    for await (const lines of readBatches(path, { rejectedRows: 0, reasons: [] }))
      for (const line of lines) if (line.kind === 'sample') summary.again(valuesOf(line.readings));
  return {
    format: FORMAT,
    samples,
    durationS: ((last?.atMs ?? 0) - firstMs) / 1000,
    segments,
    ...report,
    start: last === null ? null : wallText(startWallMs, clock),
    refused: sorted(refused),
    unreadable: {},
    notes: withoutEffect(options),
    facts: summary.facts(),
    words: words.counts(),
  };
}

function valuesOf(
  readings: Readonly<Record<string, readonly [FactValue | null, ...unknown[]]>>,
): Record<string, FactValue | null> {
  return Object.fromEntries(Object.entries(readings).map(([fact, [value]]) => [fact, value]));
}

/** As the store of facts refuses what a sampler read. */
function isRefused(fact: string, value: FactValue): boolean {
  const definition = lookUpFact(fact);
  if (definition === undefined || refuseValue(definition, value) !== null) return true;
  return value === 0 && /^gpu\.(\d+\.)?temperatureC$/.test(fact);
}

function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
