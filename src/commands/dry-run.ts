/** `evenkeel dry-run`: a recording's own rules again, or other rules over its inputs or over any log. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { EvenkeelError, reasonOf } from '../errors.js';
import { checkOut } from '../recordings/out-file.js';
import { logBytes } from '../recordings/read-log.js';
import { dryRunText } from '../report/dry-run-text.js';
import { pageOf } from '../report/page.js';
import { readFolders } from '../rules/folders.js';
import { readWord } from '../settings/index.js';
import type { DryRunReport } from '../shapes/dry-run.js';
import type { DryRunFlags } from './dry-run-flags.js';
import { type DryRunResult, dryRunLog, Stopped } from './dry-run-log.js';
import { collect, parseFlag } from './flags.js';
import type { Io } from './io.js';
import { addLogFlags, readBy } from './log-flags.js';
import { printJson } from './print-json.js';
import { startProgress } from './progress.js';
import { listenForStop } from './until-stopped.js';

const ENGINE = readWord(['compiled', 'reference']);
/** Where there is no terminal, in characters. */
const WIDTH = 100;

/** Adds the verb `dry-run`. */
export function registerDryRun(program: Command, io: Io): void {
  const command = program
    .command('dry-run')
    .description('replay a recording to its decisions, or see what rules would have decided over any log')
    .argument(
      '<LOG...>',
      'recordings, or logs of nvidia-smi, MangoHud, GPU-Z, HWiNFO, Afterburner and others',
    )
    .option('--rules <DIR>', 'other rules over the shipped book (a what-if); may be repeated', collect, [])
    .option('--profile <NAME>', 'the profile to decide with (a what-if)')
    .option('--against <DIR>', 'rules to compare with: which decisions come, go, move, and by how much')
    .option('--decisions <FILE>', 'write the lines of the digest to this file')
    .option('--html <FILE>', 'write charts and decisions as one page that needs nothing else')
    .option('--force', 'write them over files that hold something')
    .option(
      '--engine <ENGINE>',
      'what evaluates conditions: compiled, or reference (json-rules-engine)',
      (text) => parseFlag('--engine', text, ENGINE),
      'compiled' as const,
    )
    .option('--json', 'one JSON document');
  addLogFlags(command)
    .addHelpText('after', '\nExample:\n  evenkeel dry-run "GPU-Z Sensor Log.txt" --profile rtx-4090')
    .action(async (logs: string[], flags: DryRunFlags) => {
      checkOneLog(logs, flags);
      await checkOutputs(logs, flags);
      try {
        io.exit(await run(logs, flags, io));
      } catch (error) {
        if (!(error instanceof Stopped)) throw error;
        io.exit(error.exitCode);
      }
    });
}

async function run(logs: readonly string[], flags: DryRunFlags, io: Io): Promise<number> {
  const [log, ...others] = logs;
  if (log === undefined || others.length > 0) return runAll(logs, flags, io);
  const { report, difference } = await runOne(log, flags, io);
  if (flags.json === true) printJson(io, { file: log, ...report });
  if (difference !== null) throw new EvenkeelError('digestDiffers', difference);
  return 0;
}

/** Runs one log, and tells it in words unless JSON is asked for. */
async function runOne(log: string, flags: DryRunFlags, io: Io): Promise<DryRunResult> {
  const result = await watched(log, flags, io);
  if (flags.html !== undefined) writePage(flags.html, log, result);
  for (const note of result.notes) io.stderr(`${log}: ${note}\n`);
  if (flags.json !== true) io.stdout(textOf(log, result, io));
  return result;
}

/**
 * Several logs: one that cannot be run is told in its place, and ends no other. The exit code is the gravest: of a log
 * that could not be run before that of a digest which differs.
 * @throws EvenkeelError at once where it is not about one log: rules of a person that are wrong, and flags.
 */
async function runAll(logs: readonly string[], flags: DryRunFlags, io: Io): Promise<number> {
  for (const folders of [flags.rules, flags.against === undefined ? [] : [flags.against]])
    readFolders(folders);
  const results: ({ file: string } & (DryRunReport | { error: string; code: string }))[] = [];
  let exitCode = 0;
  for (const file of logs) {
    try {
      const { report, difference } = await runOne(file, flags, io);
      results.push({ file, ...report });
      if (difference !== null) throw new EvenkeelError('digestDiffers', difference);
    } catch (error) {
      if (!(error instanceof EvenkeelError) || isOfEveryLog(error, flags)) throw error;
      exitCode = Math.max(exitCode, error.exitCode);
      if (error.code !== 'digestDiffers') results.push({ file, error: error.message, code: error.code });
      io.stderr(`evenkeel: ${error.message}\n`);
    }
  }
  if (flags.json === true) printJson(io, { results });
  return exitCode;
}

/** A recording's own rules may be wrong by themselves; those that are named are wrong for every log. */
function isOfEveryLog({ code, details }: EvenkeelError, { rules, against }: DryRunFlags): boolean {
  if (code === 'badFlag') return details.flag !== '--process';
  return code === 'badBook' && (rules.length > 0 || against !== undefined);
}

/** What one file is written for would be written over by the next log. */
function checkOneLog(logs: readonly string[], { decisions, html }: DryRunFlags): void {
  const flag = decisions !== undefined ? '--decisions' : html !== undefined ? '--html' : null;
  if (flag === null || logs.length === 1) return;
  throw new EvenkeelError(
    'badFlag',
    `expected one log with ${flag}, got ${logs.length}; give them one at a time`,
  );
}

/** Before either is opened: neither is written over what is read, over the other, or over what a person keeps. */
async function checkOutputs(logs: readonly string[], flags: DryRunFlags): Promise<void> {
  const { decisions, html } = flags;
  const [force, sources] = [flags.force === true, readBy(logs, flags)];
  if (decisions !== undefined) await checkOut(decisions, { force, sources, flag: '--decisions' });
  if (html === undefined) return;
  await checkOut(html, { force, sources, flag: '--html' });
  if (decisions !== undefined && resolve(decisions) === resolve(html))
    throw new EvenkeelError(
      'badFlag',
      `expected --html and --decisions to name two files, got ${html} for both`,
    );
}

async function watched(log: string, flags: DryRunFlags, io: Io): Promise<DryRunResult> {
  const isDrawn = flags.json !== true || flags.html !== undefined;
  // A log that cannot be read is told by what reads it.
  const progress = startProgress(io, log, await logBytes(log).catch(() => 0));
  const stopper = listenForStop(io.env);
  let stopCode: number | null = null;
  stopper.stopped.then((code) => {
    stopCode = code;
  });
  try {
    const onBytes = (bytes: number): void => progress.add(bytes);
    return await dryRunLog(log, flags, { isDrawn, onBytes, stopCode: () => stopCode });
  } finally {
    progress.end();
    stopper.close();
  }
}

function writePage(path: string, log: string, result: DryRunResult): void {
  const { timeline } = result;
  if (timeline === null) return;
  try {
    writeFileSync(path, pageOf({ ...result, timeline, log }));
  } catch (cause) {
    const message = `cannot write the page to ${path}: ${reasonOf(cause)}; name another file`;
    throw new EvenkeelError('badFile', message, { cause });
  }
}

function textOf(log: string, result: DryRunResult, io: Io): string {
  const lines = dryRunText({ ...result, standing: standingOf(result) }, io.columns ?? WIDTH);
  return `${[log, ...lines].join('\n')}\n`;
}

/** How a replay stands to the run that was recorded. */
function standingOf({ report, difference, isWhole, otherStateAtS }: DryRunResult): string {
  if (report.kind !== 'replay') return '';
  const cut = `; the recording was cut off, it ends after its sample at ${report.durationS} s and says no digest of its own`;
  const same = difference !== null ? '' : isWhole ? ', as recorded' : cut;
  if (otherStateAtS === null) return same;
  return `${same}\nwhat the replay remembers differs from what the run did, first at ${otherStateAtS} s`;
}
