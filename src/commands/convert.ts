/** `evenkeel convert`: a log of any tool in another form, as it is written. */
import type { Command } from 'commander';
import { count } from '../count.js';
import { FORMAT as FORMAT_OF_RECORDINGS, type RecordingLine } from '../recordings/format.js';
import { openLog } from '../recordings/open-log.js';
import { prepareOut } from '../recordings/out-file.js';
import { type LogReport, newLogReport } from '../recordings/read-log.js';
import { noSamples } from '../recordings/said-of-logs.js';
import { writeTable } from '../recordings/tables/write-table.js';
import { writeLines } from '../recordings/write-lines.js';
import { readWord } from '../settings/index.js';
import { parseFlag } from './flags.js';
import type { Io } from './io.js';
import { addLogFlags, type LogFlags, logOptions, readBy } from './log-flags.js';
import { printJson } from './print-json.js';

const FORMAT = readWord(['ndjson', 'csv', 'parquet']);

const NO_ZONE =
  'its times tell no zone, and are written as local ones; --zone Europe/Berlin (where the clock stood) makes them universal';

interface Options extends LogFlags {
  to: 'ndjson' | 'csv' | 'parquet';
  out: string;
  force?: boolean;
  json?: boolean;
}

/** Adds the verb `convert`. */
export function registerConvert(program: Command, io: Io): void {
  const command = program
    .command('convert')
    .description('a log, of this agent or of another tool, as a recording (ndjson), as CSV or as Parquet')
    .argument('<LOG>', 'a recording, or a log of nvidia-smi, MangoHud, GPU-Z, HWiNFO, Afterburner and others')
    .requiredOption('--to <FORMAT>', 'ndjson, csv or parquet', (text) => parseFlag('--to', text, FORMAT))
    .requiredOption('-o, --out <FILE>', 'the file to write')
    .option('--force', 'write over a file that holds something')
    .option('--json', 'one JSON document');
  addLogFlags(command)
    .addHelpText('after', '\nExample:\n  evenkeel convert gpu.csv --to parquet -o gpu.parquet')
    .action(async (log: string, flags: Options) => {
      const { samples, rejectedRows, notes } = await convertLog(log, flags);
      if (flags.json === true) printJson(io, { samples, file: flags.out, rejectedRows });
      else io.stdout(`${flags.out}: ${count(samples, 'sample')}, ${count(rejectedRows, 'rejected row')}\n`);
      for (const note of notes) io.stderr(`${log}: ${note}\n`);
      io.exit(0);
    });
}

async function convertLog(
  log: string,
  flags: Options,
): Promise<{ samples: number; rejectedRows: number; notes: string[] }> {
  const { to, out } = flags;
  const options = logOptions(flags);
  await prepareOut(out, { force: flags.force === true, sources: readBy([log], flags) });
  const report = newLogReport();
  let passes = 0;
  // A table is written in two passes, and what the first rejected the second rejects again.
  const lines = (): AsyncGenerator<RecordingLine> =>
    withSamples(log, openLog(log, options, passes++ === 0 ? report : newLogReport(), 'written'), report);
  const samples = to === 'ndjson' ? await writeLines(lines(), out) : await writeTable(lines, to, out);
  const notes = report.isZoned === false ? [...report.notes, NO_ZONE] : report.notes;
  return { samples, rejectedRows: report.rejectedRows, notes };
}

/** A recording that ended before its first sample is nothing to convert. */
async function* withSamples(
  log: string,
  lines: AsyncGenerator<RecordingLine>,
  report: LogReport,
): AsyncGenerator<RecordingLine> {
  let isEmpty = true;
  for await (const line of lines) {
    isEmpty &&= line.kind !== 'sample';
    yield line;
  }
  if (isEmpty) throw noSamples(log, FORMAT_OF_RECORDINGS, report);
}
