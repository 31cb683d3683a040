/** `evenkeel dry-run`: a recording's own rules again, or other rules over its inputs or over any log. */
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { EvenkeelError, reasonOf } from '../errors.js';
import { logBytes } from '../recordings/read-log.js';
import { dryRunText } from '../report/dry-run-text.js';
import { pageOf } from '../report/page.js';
import { readWord } from '../settings/index.js';
import type { DryRunFlags } from './dry-run-flags.js';
import { type DryRunResult, dryRunLog } from './dry-run-log.js';
import { collect, parseFlag } from './flags.js';
import type { Io } from './io.js';
import { addLogFlags } from './log-flags.js';
import { printJson } from './print-json.js';
import { startProgress } from './progress.js';

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
      const results: DryRunResult[] = [];
      for (const log of logs) {
        const result = await watched(log, flags, io);
        if (flags.html !== undefined) writePage(flags.html, log, result);
        results.push(result);
      }
      for (const [i, { notes }] of results.entries())
        for (const note of notes) io.stderr(`${logs[i]}: ${note}\n`);
      if (flags.json === true)
        printJson(
          io,
          results.length === 1 ? results[0]?.report : { results: results.map(({ report }) => report) },
        );
      else for (const [i, result] of results.entries()) io.stdout(textOf(logs[i] ?? '', result, io));
      const differences = results.flatMap(({ difference }) => difference ?? []);
      if (differences.length > 0) throw new EvenkeelError('digestDiffers', differences.join('\n'));
      io.exit(0);
    });
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

async function watched(log: string, flags: DryRunFlags, io: Io): Promise<DryRunResult> {
  const isDrawn = flags.json !== true || flags.html !== undefined;
  // A log that cannot be read is told by what reads it.
  const progress = startProgress(io, log, await logBytes(log).catch(() => 0));
  try {
    return await dryRunLog(log, flags, { isDrawn, onBytes: (bytes) => progress.add(bytes) });
  } finally {
    progress.end();
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
