/** `evenkeel inspect`: what a log of any tool holds. */
import type { Command } from 'commander';
import { EvenkeelError } from '../errors.js';
import { type Inspection, inspectLog } from '../recordings/inspection.js';
import type { LogOptions } from '../recordings/read-log.js';
import { inspectionText } from './inspect-text.js';
import type { Io } from './io.js';
import { addLogFlags, type LogFlags, logOptions } from './log-flags.js';
import { printJson } from './print-json.js';

interface Options extends LogFlags {
  json?: boolean;
}

/** Adds the verb `inspect`. */
export function registerInspect(program: Command, io: Io): void {
  const command = program
    .command('inspect')
    .description(
      'what a log holds, of this agent or of another tool: samples, segments, every fact with its figures',
    )
    .argument(
      '<LOG...>',
      'recordings, or logs of nvidia-smi, MangoHud, GPU-Z, HWiNFO, Afterburner and others',
    )
    .option('--json', 'one JSON document');
  addLogFlags(command)
    .addHelpText('after', '\nExample:\n  evenkeel inspect "GPU-Z Sensor Log.txt" --zone Europe/Berlin')
    .action(async (logs: string[], flags: Options) => {
      const options = logOptions(flags);
      const [log, ...others] = logs;
      if (log !== undefined && others.length === 0) {
        const inspection = await inspectLog(log, options);
        if (flags.json === true) printJson(io, { file: log, ...inspection });
        else io.stdout(inspectionText(log, inspection));
        io.exit(0);
        return;
      }
      io.exit(await inspectAll(logs, options, flags.json === true, io));
    });
}

/** Several logs: one that cannot be read is told in its place, and ends no other. The exit code is that of the last such. */
async function inspectAll(logs: string[], options: LogOptions, isJson: boolean, io: Io): Promise<number> {
  const results: ({ file: string } & (Inspection | { error: string; code: string }))[] = [];
  let exitCode = 0;
  for (const file of logs) {
    try {
      const inspection = await inspectLog(file, options);
      results.push({ file, ...inspection });
      if (!isJson) io.stdout(inspectionText(file, inspection));
    } catch (error) {
      if (!(error instanceof EvenkeelError)) throw error;
      exitCode = error.exitCode;
      results.push({ file, error: error.message, code: error.code });
      io.stderr(`evenkeel: ${error.message}\n`);
    }
  }
  if (isJson) printJson(io, { results });
  return exitCode;
}
