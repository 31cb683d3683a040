/** `evenkeel convert`: a log of any tool in another form, as it is written. */
import { realpath } from 'node:fs/promises';
import type { Command } from 'commander';
import { EvenkeelError } from '../errors.js';
import type { RecordingLine } from '../recordings/format.js';
import { openLog } from '../recordings/open-log.js';
import { newLogReport } from '../recordings/read-log.js';
import { writeTable } from '../recordings/tables/write-table.js';
import { writeLines } from '../recordings/write-lines.js';
import { readWord } from '../settings/index.js';
import { parseFlag } from './flags.js';
import type { Io } from './io.js';
import { addLogFlags, type LogFlags, logOptions } from './log-flags.js';
import { printJson } from './print-json.js';

const FORMAT = readWord(['ndjson', 'csv', 'parquet']);

interface Options extends LogFlags {
  to: 'ndjson' | 'csv' | 'parquet';
  out: string;
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
    .option('--json', 'one JSON document');
  addLogFlags(command)
    .addHelpText('after', '\nExample:\n  evenkeel convert gpu.csv --to parquet -o gpu.parquet')
    .action(async (log: string, flags: Options) => {
      const { samples, rejectedRows, notes } = await convertLog(log, flags);
      if (flags.json === true) printJson(io, { samples, file: flags.out, rejectedRows });
      else io.stdout(`${flags.out}: ${samples} samples, ${rejectedRows} rejected rows\n`);
      for (const note of notes) io.stderr(`${log}: ${note}\n`);
      io.exit(0);
    });
}

async function convertLog(
  log: string,
  flags: Options,
): Promise<{ samples: number; rejectedRows: number; notes: string[] }> {
  const { to, out } = flags;
  if (await isSame(log, out))
    throw new EvenkeelError('badFlag', `expected -o to name another file than the log, got ${out} for both`);
  const options = logOptions(flags);
  const report = newLogReport();
  let passes = 0;
  // A table is written in two passes, and what the first rejected the second rejects again.
  const lines = (): AsyncGenerator<RecordingLine> =>
    openLog(log, options, passes++ === 0 ? report : newLogReport(), 'written');
  const samples = to === 'ndjson' ? await writeLines(lines(), out) : await writeTable(lines, to, out);
  return { samples, rejectedRows: report.rejectedRows, notes: report.notes };
}

/** The file to be written is usually not there yet. */
async function isSame(log: string, out: string): Promise<boolean> {
  const [one, other] = await Promise.all([log, out].map((path) => realpath(path).catch(() => null)));
  return one !== null && one === other;
}
