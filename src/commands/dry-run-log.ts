/** One log through the rules: what they decided, and with `--against` what another book would have. */
import {
  DecisionCheck,
  newRecorded,
  type Recorded,
  type ReplayTick,
  Tally,
  TimelineTaker,
} from '../agent/index.js';
import { FORMAT, type RecordingLine } from '../recordings/format.js';
import { openLogBatches } from '../recordings/open-log.js';
import { type LogReport, newLogReport } from '../recordings/read-log.js';
import { noSamples } from '../recordings/said-of-logs.js';
import type { WallClock } from '../recordings/wall-time.js';
import { BookComparison } from '../report/compare-books.js';
import type { DryRunReport, Mark, Timeline } from '../shapes/dry-run.js';
import { DecisionsFile } from './decisions-file.js';
import { openRuns, type Runs } from './dry-run-books.js';
import type { DryRunFlags } from './dry-run-flags.js';
import { logOptions } from './log-flags.js';

/** A dry-run of one log. */
export interface DryRunResult {
  report: DryRunReport;
  /** Name of the profile of a what-if; empty for a replay. */
  profile: string;
  /** Null where no charts were asked for; the other book's is null without `--against`. */
  timeline: Timeline | null;
  againstTimeline: Timeline | null;
  /** What the reader should know. */
  notes: string[];
  /** Why a replay's digest is not the recorded one; null where it is. */
  difference: string | null;
  /** The run ended in order, so that its own digest is there to compare with. */
  isWhole: boolean;
  /** Where what the replay remembers first differs from what the run did, in s; null where it does not. */
  otherStateAtS: number | null;
}

/** How a dry-run is watched while it runs. */
export interface DryRunWatch {
  /** Whether charts are drawn of it. */
  isDrawn: boolean;
  onBytes?: (bytes: number) => void;
  /** The exit code with which it ends before its time; null while it goes on. Looked at between batches of lines. */
  stopCode?: () => number | null;
}

/** A dry-run that was stopped. What it had written is removed. */
export class Stopped extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`stopped with exit code ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/**
 * @throws EvenkeelError as `openRuns` and the log's reader do, `badFile` for a log without samples and where decisions cannot be
 * written; `Stopped`.
 */
export async function dryRunLog(log: string, flags: DryRunFlags, watch: DryRunWatch): Promise<DryRunResult> {
  const options = logOptions(flags);
  const recorded = newRecorded();
  const runs = await openRuns(log, recorded, flags, options);
  const reading: LogReport = { ...newLogReport(), ...(watch.onBytes === undefined ? {} : watch) };
  const file = flags.decisions === undefined ? null : new DecisionsFile(flags.decisions);
  const passes = new Passes(runs, recorded, watch.isDrawn, file);
  try {
    for await (const lines of openLogBatches(log, options, reading)) {
      const stopCode = watch.stopCode?.() ?? null;
      if (stopCode !== null) throw new Stopped(stopCode);
      await takeAll(lines, runs, passes);
    }
    if (passes.samples === 0) throw noSamples(log, FORMAT, reading);
    if ('end' in runs.run) runs.run.end();
  } catch (error) {
    file?.abandon();
    throw error;
  }
  file?.end();
  return passes.result(log, reading);
}

async function takeAll(
  lines: readonly RecordingLine[],
  { run, against }: Runs,
  passes: Passes,
): Promise<void> {
  for (const line of lines) {
    if (line.kind === 'header') passes.clock = line.clock ?? 'universal';
    const taken = run.take(line);
    // Waiting for what is there already would cost each tick a turn of the event loop.
    const tick = taken instanceof Promise ? await taken : taken;
    const other = against === null ? null : await against.take(line);
    if (tick !== null) passes.add(tick, other);
  }
  passes.rest();
}

/** What is counted and drawn of the ticks of one log. */
class Passes {
  readonly #runs: Runs;
  readonly #recorded: Recorded;
  readonly #file: DecisionsFile | null;
  readonly #tally = new Tally();
  readonly #check = new DecisionCheck();
  readonly #timeline: TimelineTaker | null;
  readonly #against: { tally: Tally; timeline: TimelineTaker | null; comparison: BookComparison } | null;
  #firstMs: number | null = null;
  #samples = 0;
  /** What the log's times are. */
  clock: WallClock = 'universal';

  constructor(runs: Runs, recorded: Recorded, isDrawn: boolean, file: DecisionsFile | null) {
    const newTimeline = (): TimelineTaker | null => (isDrawn ? new TimelineTaker() : null);
    this.#runs = runs;
    this.#recorded = recorded;
    this.#file = file;
    this.#timeline = newTimeline();
    this.#against =
      runs.against === null
        ? null
        : { tally: new Tally(), timeline: newTimeline(), comparison: new BookComparison() };
  }

  get samples(): number {
    return this.#samples;
  }

  add(tick: ReplayTick, other: ReplayTick | null): void {
    this.#samples++;
    const line = this.#tally.add(tick);
    this.#timeline?.add(tick);
    if (line !== null) {
      if (this.#runs.kind === 'replay') this.#check.add(line);
      this.#file?.write(line);
    }
    if (this.#against === null || other === null) return;
    const { tally, timeline, comparison } = this.#against;
    tally.add(other);
    timeline?.add(other);
    this.#firstMs ??= tick.sample.atMs;
    const atS = (tick.sample.atMs - this.#firstMs) / 1000;
    comparison.add(marksOf(tick, atS), marksOf(other, atS), atS);
  }

  /** Between two batches of lines: what was compared need not be kept. */
  rest(): void {
    if (this.#runs.kind === 'replay') this.#check.compare(this.#recorded.decisions);
  }

  result(log: string, reading: LogReport): DryRunResult {
    const { kind, profile, assumed, notes } = this.#runs;
    // Ticks run on over a break by the length of a gap, which no clock told.
    const durationOf = (ticksS: number): number => reading.durationS ?? ticksS;
    const { samples, durationS, segments, ...rest } = this.#tally.report();
    const report: DryRunReport = {
      kind,
      samples,
      durationS: durationOf(durationS),
      segments,
      rejectedRows: reading.rejectedRows,
      assumed,
      ...rest,
    };
    if (this.#against !== null) {
      const other = this.#against.tally.report();
      report.against = { ...other, durationS: durationOf(other.durationS) };
      report.difference = this.#against.comparison.end(report, report.against);
    }
    const { digest, otherStateAtMs } = this.#recorded;
    const where =
      kind === 'whatIf' ? null : this.#check.difference(this.#recorded.decisions, digest, report.digest);
    return {
      report,
      profile,
      timeline: this.#timeline?.timeline(this.clock) ?? null,
      againstTimeline: this.#against?.timeline?.timeline(this.clock) ?? null,
      notes: [...notes, ...reading.notes, ...reading.reasons.map((reason) => `rejected: ${reason}`)],
      difference: where === null ? null : `${log}: ${where}`,
      isWhole: digest !== null,
      otherStateAtS: otherStateAtMs === null ? null : otherStateAtMs / 1000,
    };
  }
}

const NONE: Mark[] = [];

function marksOf({ result: { changes, decision } }: ReplayTick, atS: number): Mark[] {
  if (changes.length === 0) return NONE;
  return changes.map(({ knob, from, to }) => ({
    atS,
    knob,
    from,
    to,
    rule: decision.knobs[knob]?.winner ?? 'base',
  }));
}
