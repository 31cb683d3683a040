/** `evenkeel export`: a recording as a table, as one file that replays elsewhere, or as a rule test. */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { count } from '../count.js';
import { EvenkeelError } from '../errors.js';
import { writeBundle } from '../recordings/bundle.js';
import type { RecordingLine } from '../recordings/format.js';
import { prepareOut, unwritable } from '../recordings/out-file.js';
import { isRecording } from '../recordings/read-log.js';
import { type ReadReport, readRecording } from '../recordings/reader.js';
import { Scrubber } from '../recordings/scrub.js';
import { TABLE_FORMATS } from '../recordings/tables/table.js';
import { writeTable } from '../recordings/tables/write-table.js';
import { readWord } from '../settings/index.js';
import { exportAsTest } from './export-test.js';
import { parseFlag } from './flags.js';
import type { Io } from './io.js';
import { printJson } from './print-json.js';

const FORMAT = readWord(TABLE_FORMATS);

/** What the command line asked for. */
export interface ExportOptions {
  to?: 'csv' | 'parquet';
  bundle?: boolean;
  asTest?: boolean;
  out?: string;
  from?: string;
  until?: string;
  identify?: boolean;
  force?: boolean;
  json?: boolean;
}

/** What was written. */
interface Exported {
  samples: number;
  file: string;
  rejectedRows: number;
  /** Further files, of a test whose rules are not all shipped. */
  files?: string[];
  /** Of a test: ticks at which rules and knobs are as they were in the run. */
  sameTicks?: number;
  note?: string;
}

/** Adds the verb `export`. */
export function registerExport(program: Command, io: Io): void {
  program
    .command('export')
    .description('a recording as CSV or Parquet, as one file that replays elsewhere, or as a rule test')
    .argument('<RECORDING>', 'a folder or a file')
    .option('--to <FORMAT>', 'a table: csv or parquet; csv unless said', (text) =>
      parseFlag('--to', text, FORMAT),
    )
    .option('--bundle', 'one compressed file with rules, profile, samples, decisions and versions')
    .option('--as-test', 'a rule test: the facts that rules read, and what rules and knobs do')
    .option(
      '--from <T>',
      'of a test: where it begins, 90s or 1h from the start, -30s from the end, or ISO 8601',
    )
    .option('--until <T>', 'of a test: where it ends')
    .option('--identify', 'of a bundle: keep host, user and card where the recording names them')
    .option('-o, --out <FILE>', 'the file; named after the recording, here, unless given')
    .option('--force', 'write over a file that holds something')
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExample:\n  evenkeel export RECORDING --bundle -o for-a-friend.ndjson.gz')
    .action(async (recording: string, options: ExportOptions) => {
      checkFlags(options);
      const { note, ...exported } = await exportRecording(recording, options);
      if (options.json === true) printJson(io, exported);
      else io.stdout(`${exported.file}: ${count(exported.samples, 'sample')}\n`);
      if (note !== undefined) io.stderr(`${note}\n`);
      io.exit(0);
    });
}

function checkFlags({ to, bundle, asTest, from, until, identify }: ExportOptions): void {
  const kinds = [to, bundle, asTest].filter((kind) => kind !== undefined);
  const [expected, got] =
    kinds.length > 1
      ? ['one of --to, --bundle and --as-test', 'several']
      : asTest !== true && (from !== undefined || until !== undefined)
        ? ['--from and --until beside --as-test', 'none']
        : bundle !== true && identify === true
          ? ['--identify beside --bundle', 'none']
          : [];
  if (expected !== undefined) throw new EvenkeelError('badFlag', `expected ${expected}, got ${got}`);
}

async function exportRecording(recording: string, options: ExportOptions): Promise<Exported> {
  const report: ReadReport = { rejectedRows: 0, reasons: [] };
  const format = options.to ?? 'csv';
  const ending =
    options.asTest === true ? '.test.yaml' : options.bundle === true ? '.ndjson.gz' : `.${format}`;
  const file = options.out ?? `${nameOf(recording)}${ending}`;
  await refuseForeign(recording);
  await prepareOut(file, {
    force: options.force === true,
    sources: [recording],
    isGzip: options.bundle === true,
  });
  if (options.asTest === true) {
    const { rejectedRows } = report;
    return { ...(await exportAsTest(recording, file, options, report)), rejectedRows };
  }
  if (options.bundle === true) {
    const samples = await bundle(anonymous(readRecording(recording, report), options), file);
    return { samples, file, rejectedRows: report.rejectedRows };
  }
  let passes = 0;
  // What the first pass rejected, the second rejects again.
  const lines = (): AsyncIterable<RecordingLine> =>
    readRecording(recording, passes++ === 0 ? report : { rejectedRows: 0, reasons: [] });
  const samples = await writeTable(lines, format, file);
  return { samples, file, rejectedRows: report.rejectedRows };
}

/** A log of another tool is a matter of another verb. */
async function refuseForeign(recording: string): Promise<void> {
  if (await isRecording(recording)) return;
  const verb = `evenkeel convert ${JSON.stringify(recording)} --to csv -o FILE.csv`;
  throw new EvenkeelError(
    'badFile',
    `expected ${recording} to be a recording of Evenkeel; a log of another tool becomes a table with: ${verb}`,
  );
}

function nameOf(recording: string): string {
  return basename(recording).replace(/(?:\.ndjson)?(?:\.gz)?$/, '') || 'recording';
}

async function bundle(lines: AsyncIterable<RecordingLine>, file: string): Promise<number> {
  try {
    return await writeBundle(lines, file);
  } catch (cause) {
    if (cause instanceof EvenkeelError) throw cause;
    throw unwritable(file, cause);
  }
}

/** A recording that says whose it is says so no more once it is handed on, unless that is asked for, too. */
async function* anonymous(
  lines: AsyncIterable<RecordingLine>,
  { identify }: ExportOptions,
): AsyncGenerator<RecordingLine> {
  let scrubber: Scrubber | null = null;
  for await (const line of lines) {
    if (line.kind === 'header' && line.identity !== undefined && identify !== true)
      scrubber = new Scrubber({ home: '', ...line.identity });
    yield scrubber === null ? line : scrubber.line(line);
  }
}
