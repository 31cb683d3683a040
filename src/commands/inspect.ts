/** `evenkeel inspect`: what a log of any tool holds. */
import type { Command } from 'commander';
import { type Inspection, inspectLog } from '../recordings/inspection.js';
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
      const results: Inspection[] = [];
      for (const log of logs) results.push(await inspectLog(log, options));
      if (flags.json === true) printJson(io, results.length === 1 ? results[0] : { results });
      else for (const [i, result] of results.entries()) io.stdout(textOf(logs[i] ?? '', result));
      io.exit(0);
    });
}

function textOf(log: string, inspection: Inspection): string {
  const { format, samples, durationS, segments, rejectedRows, reasons, start, refused, notes, facts } =
    inspection;
  const round = (value: number): string => String(Math.round(value * 1000) / 1000).padStart(12);
  const rows = Object.entries(facts).map(
    ([fact, { n, min, mean, max, p95 }]) =>
      `${fact.padEnd(36)}${String(n).padStart(8)}${round(min)}${round(mean)}${round(max)}${round(p95)}`,
  );
  const head = `${log}: ${format}, ${samples} samples, ${durationS} s from ${start ?? '-'}, ${segments} segments, ${rejectedRows} rejected rows`;
  const columns = ['n', 'min', 'mean', 'max', 'p95']
    .map((name, i) => name.padStart(i === 0 ? 8 : 12))
    .join('');
  const doubted = Object.entries(refused).map(([fact, n]) => `${fact} ${n}`);
  const below = [
    ...(doubted.length === 0 ? [] : [`not shown to rules, as no sensor reads so: ${doubted.join(', ')}`]),
    ...notes,
    ...reasons.map((reason) => `rejected: ${reason}`),
  ];
  return `${[head, `${'fact'.padEnd(36)}${columns}`, ...rows, ...below].join('\n')}\n`;
}
