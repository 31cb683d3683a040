/** A log of any tool as the lines of a recording, so that rules can run over it. */
import { FORMAT, FORMAT_VERSION, type HeaderLine, type ImportedFrom, type RecordingLine } from './format.js';
import { FrameTicks } from './frame-ticks.js';
import type { LogRow } from './importers/importer.js';
import { upperMedian } from './importers/median.js';
import { LogSamples, type LogView } from './log-samples.js';
import { findFormat, isRecording, type LogOptions, type LogReport, readRows } from './read-log.js';
import { readBatches } from './reader.js';
import { noSamples, withoutEffect } from './said-of-logs.js';
import { type WallClock, wallClock, wallText } from './wall-time.js';

/** Rows looked at before the first is told: they say how far apart they are, and whose frames to take. */
const LOOK_AHEAD = 4_096;
/** Frames are told together, in ms: rules see the means of a second. */
const FRAME_TICK_MS = 1_000;
/** Of a log with one row, in ms. */
const LONE_INTERVAL_MS = 1_000;

/**
 * The lines of a log, as `openLogBatches` tells them.
 * @throws EvenkeelError as `openLogBatches` does.
 */
export async function* openLog(
  path: string,
  options: LogOptions,
  report: LogReport,
  view: LogView = 'judged',
): AsyncGenerator<RecordingLine> {
  for await (const lines of openLogBatches(path, options, report, view)) yield* lines;
}

/**
 * The lines of a recording, many at a time; of another tool's log a header that stands in for what it lacks, and a sample for each
 * moment without what cannot be believed. Of frame logs one program's frames, a sample a second. As `written` every row
 * is a sample with all that it says.
 * @throws EvenkeelError `badFile` when it cannot be read, nobody knows its format or it holds no sample, `badRecording` as
 * `readRecording`, `badFlag` and `badConfig` where what is said of it does not fit.
 */
export async function* openLogBatches(
  path: string,
  options: LogOptions,
  report: LogReport,
  view: LogView = 'judged',
): AsyncGenerator<RecordingLine[]> {
  if (await isRecording(path)) {
    report.notes.push(...withoutEffect(options));
    yield* readBatches(path, report);
    return;
  }
  const opened = await findFormat(path, options);
  const { isPerFrame } = opened.importer;
  const batches = readRows(opened, report);
  const ahead = await readAhead(batches);
  if (ahead.length === 0) throw noSamples(path, opened.from, report);
  const isTicked = isPerFrame && view === 'judged';
  const intervalMs = isTicked ? FRAME_TICK_MS : intervalOf(ahead);
  const samples = new LogSamples(intervalMs, view);
  const ticks = isTicked ? new FrameTicks(ahead, FRAME_TICK_MS) : null;
  const told = (rows: readonly LogRow[]): readonly LogRow[] => (ticks === null ? rows : ticks.take(rows));
  const taken = (rows: readonly LogRow[]): RecordingLine[] => rows.map((row) => samples.take(row));
  const mapped = Object.keys(options.mapping?.columns ?? {});
  const imported = { format: opened.from, isPerFrame, ...(mapped.length > 0 ? { mapped } : {}) };
  yield [headerOf(imported, intervalMs, wallClock(report.isZoned), ahead[0])];
  yield taken(told(ahead));
  for await (const rows of batches) yield taken(told(rows));
  yield taken(ticks?.end() ?? []);
  const whose = ticks?.note() ?? null;
  if (whose !== null) report.notes.push(whose);
}

async function readAhead(batches: AsyncGenerator<LogRow[]>): Promise<LogRow[]> {
  const ahead: LogRow[] = [];
  while (ahead.length < LOOK_AHEAD) {
    const next = await batches.next();
    if (next.done === true) break;
    for (const row of next.value) ahead.push(row);
  }
  return ahead;
}

/** The middle step forward in whole ms. */
function intervalOf(rows: readonly LogRow[]): number {
  const steps = rows.slice(1).flatMap(({ timeMs, begins }, i) => {
    const stepMs = timeMs - (rows[i]?.timeMs ?? timeMs);
    return stepMs > 0 && !begins ? [stepMs] : [];
  });
  return steps.length === 0 ? LONE_INTERVAL_MS : Math.max(1, Math.round(upperMedian(steps)));
}

/** Every fact of a log comes with its rows, whatever its tier is live. */
function headerOf(
  imported: ImportedFrom,
  intervalMs: number,
  clock: WallClock,
  first: LogRow | undefined,
): HeaderLine {
  const { format } = imported;
  return {
    kind: 'header',
    format: FORMAT,
    version: FORMAT_VERSION,
    agentVersion: `none, imported from ${format}`,
    startedAt: (first === undefined ? null : wallText(first.timeMs, clock)) ?? '',
    ...(clock === 'universal' ? {} : { clock }),
    settings: {
      intervalMs,
      tierMs: { frame: intervalMs, fast: intervalMs, slow: intervalMs, rare: intervalMs, tick: intervalMs },
      mode: 'enforce',
      level: 'balanced',
      consent: true,
    },
    profile: { name: '', files: [], overlay: { limits: {}, level: {}, knobs: {} } },
    card: { name: format, simulated: false },
    simulated: [],
    imported,
  };
}
