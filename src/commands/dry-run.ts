/** `evenkeel dry-run`: a recording's own rules again, or other rules over its inputs. */
import { once } from 'node:events';
import { createWriteStream, openSync, type WriteStream } from 'node:fs';
import type { Command } from 'commander';
import { loadBook, loadProfile, profileOffer, type Recorded, replay, Tally, whatIf } from '../agent/index.js';
import { EvenkeelError } from '../errors.js';
import { type ReadReport, readRecording } from '../recordings/reader.js';
import { readFolders, readProfiles } from '../rules/folders.js';
import { readWord } from '../settings/index.js';
import type { Profile } from '../shapes/profile.js';
import type { TickEvent } from '../shapes/sample.js';
import { collect, parseFlag } from './flags.js';
import type { Io } from './io.js';
import { printJson } from './print-json.js';

const ENGINE = readWord(['compiled', 'reference']);

interface Options {
  rules: string[];
  profile?: string;
  decisions?: string;
  engine: 'compiled' | 'reference';
  json?: boolean;
}

/** Adds the verb `dry-run`. */
export function registerDryRun(program: Command, io: Io): void {
  program
    .command('dry-run')
    .description('replay a recording to its decisions, or see what other rules would have decided')
    .argument('<LOG...>', 'recordings')
    .option('--rules <DIR>', 'other rules over the shipped book (a what-if); may be repeated', collect, [])
    .option('--profile <NAME>', 'another profile (a what-if)')
    .option('--decisions <FILE>', 'write the lines of the digest to this file')
    .option(
      '--engine <ENGINE>',
      'what evaluates conditions: compiled, or reference (json-rules-engine)',
      (text) => parseFlag('--engine', text, ENGINE),
      'compiled' as const,
    )
    .option('--json', 'one JSON document')
    .addHelpText(
      'after',
      '\nExample:\n  evenkeel dry-run ~/.local/state/evenkeel/recordings/2026-01-31T21-14-03 --json',
    )
    .action(async (logs: string[], options: Options) => {
      const results = [];
      for (const log of logs) results.push(await dryRun(log, options));
      if (options.json === true)
        printJson(
          io,
          results.length === 1 ? results[0]?.report : { results: results.map(({ report }) => report) },
        );
      else for (const [i, result] of results.entries()) io.stdout(`${logs[i]}\n${textOf(result)}`);
      const differs = results.some(({ isSame }) => !isSame);
      if (differs)
        throw new EvenkeelError(
          'digestDiffers',
          results.flatMap(({ difference }) => difference ?? []).join('\n'),
        );
      io.exit(0);
    });
}

type DryRunReport = ReturnType<Tally['report']> & { kind: 'replay' | 'whatIf'; rejectedRows: number };

interface DryRunResult {
  report: DryRunReport;
  isSame: boolean;
  /** The run ended in order, so that its own digest is there to compare with. */
  isWhole: boolean;
  difference: string | null;
  /** Where what the replay remembers first differs from what the run did, in s; null where it does not. */
  otherStateAtS: number | null;
}

async function dryRun(log: string, options: Options): Promise<DryRunResult> {
  const isWhatIf = options.rules.length > 0 || options.profile !== undefined;
  const reading: ReadReport = { rejectedRows: 0, reasons: [] };
  const recorded: Recorded = { header: null, decisions: [], digest: null, otherStateAtMs: null };
  const lines = readRecording(log, reading);
  const tally = new Tally();
  const own: string[] = [];
  const file = options.decisions === undefined ? null : openFile(options.decisions);
  const ticks = isWhatIf
    ? await otherRules(log, lines, recorded, options)
    : replay(lines, recorded, { engine: options.engine });
  for await (const tick of ticks) {
    const line = tally.add(tick);
    if (line === null) continue;
    if (!isWhatIf) own.push(line);
    file?.write(`${line}\n`);
  }
  if (file !== null) {
    file.end();
    await once(file, 'close');
  }
  const { samples, durationS, segments, ...rest } = tally.report();
  const kind = isWhatIf ? 'whatIf' : 'replay';
  const report: DryRunReport = {
    kind,
    samples,
    durationS,
    segments,
    rejectedRows: reading.rejectedRows,
    ...rest,
  };
  const otherStateAtS = recorded.otherStateAtMs === null ? null : recorded.otherStateAtMs / 1000;
  const difference = isWhatIf ? null : compare(log, report.digest, own, recorded);
  return {
    report,
    isSame: difference === null,
    isWhole: recorded.digest !== null,
    difference,
    otherStateAtS,
  };
}

function openFile(path: string): WriteStream {
  try {
    return createWriteStream(path, { fd: openSync(path, 'w') });
  } catch (cause) {
    const message = `cannot write the decisions to ${path}: ${(cause as Error).message}; name another file`;
    throw new EvenkeelError('badFile', message, { cause });
  }
}

async function otherRules(
  log: string,
  lines: ReturnType<typeof readRecording>,
  recorded: Recorded,
  options: Options,
): Promise<ReturnType<typeof whatIf>> {
  const name = options.profile ?? (await headerOf(log)).profile.name;
  const { profile } = loadProfile(name, readProfiles(), { limits: {}, level: {}, knobs: {} });
  const content = readFolders(options.rules);
  const { book } = loadBook(content.files, profile, content.problems);
  const standIns = await standInsFor(log, profile);
  return whatIf(lines, recorded, profile, book, { engine: options.engine, ledger: false }, standIns);
}

/** The profile's own offers in place of a bot, or of a card, that the log has none of. */
async function standInsFor(log: string, profile: Profile): Promise<TickEvent[]> {
  const missing = new Set<TickEvent['kind']>(['hello', 'device']);
  for await (const line of readRecording(log, { rejectedRows: 0, reasons: [] })) {
    for (const event of line.kind === 'sample' ? line.events : [])
      if (event.kind !== 'hello' || event.controls) missing.delete(event.kind);
    if (missing.size === 0) break;
  }
  return profileOffer(profile).filter(({ kind }) => missing.has(kind));
}

async function headerOf(log: string): Promise<NonNullable<Recorded['header']>> {
  for await (const line of readRecording(log, { rejectedRows: 0, reasons: [] }))
    if (line.kind === 'header') return line;
  throw new EvenkeelError('badRecording', `expected ${log} to begin with a header line`);
}

/** A run that was cut off has no digest: its lines must be the beginning of the replay's. */
function compare(log: string, digest: string, own: readonly string[], recorded: Recorded): string | null {
  if (recorded.digest === digest) return null;
  const at = recorded.decisions.findIndex((line, i) => line !== own[i]);
  if (recorded.digest === null && at < 0) return null;
  const where =
    at < 0
      ? `after ${recorded.decisions.length} lines`
      : `at line ${at + 1}: recorded ${recorded.decisions[at]}, replayed ${own[at] ?? 'nothing'}`;
  return `${log}: the replay's digest differs from the run's, first ${where}`;
}

function textOf({ report, isSame, isWhole, otherStateAtS }: DryRunResult): string {
  const cut = `; the recording was cut off, it ends after its sample at ${report.durationS} s and says no digest of its own`;
  const asRecorded = report.kind !== 'replay' || !isSame ? '' : isWhole ? ', as recorded' : cut;
  const lines = [
    `${report.kind === 'replay' ? 'replay' : 'what-if'}: ${report.samples} samples, ${report.durationS} s, ${report.segments} segments, ${report.rejectedRows} rejected rows`,
    ...(report.kind === 'whatIf'
      ? ['what-if: the metrics are as recorded; how they would have answered cannot be known']
      : []),
    ...report.rules
      .filter(({ activations }) => activations > 0)
      .map(({ id, activations, activeS }) => `  ${id}: ${activations} times, ${activeS} s active`),
    ...report.rules
      .filter(({ blindS }) => blindS > 0)
      .map(({ id, blindS }) => `  ${id}: blind for ${blindS} s`),
    ...Object.entries(report.knobs).map(
      ([knob, { changes, timeAtS }]) =>
        `  ${knob}: ${changes} changes; ${Object.entries(timeAtS)
          .map(([value, s]) => `${value} for ${s} s`)
          .join(', ')}`,
    ),
    ...(report.factsMissing.length > 0
      ? [`facts the rules read and the recording lacks: ${report.factsMissing.join(', ')}`]
      : []),
    ...(otherStateAtS === null
      ? []
      : [`what the replay remembers differs from what the run did, first at ${otherStateAtS} s`]),
    `${report.decisions} decisions, digest ${report.digest}${asRecorded}`,
  ];
  return `${lines.join('\n')}\n`;
}
