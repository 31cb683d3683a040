/** `evenkeel explain`: why a rule did or did not act, live or at a moment of a recording. */
import type { Command } from 'commander';
import { parseMoment } from '../agent/index.js';
import { EvenkeelError } from '../errors.js';
import { explainTick } from '../rules/explain.js';
import type { Explanation, Moment } from '../shapes/port.js';
import { getJson } from './agent-client.js';
import { explanationText, headText } from './explain-text.js';
import type { Io } from './io.js';
import { printJson } from './print-json.js';
import { tickOfRecording } from './recorded-tick.js';

interface Options {
  at?: string;
  rule?: string;
  json?: boolean;
}

/** Adds the verb `explain`. */
export function registerExplain(program: Command, io: Io): void {
  program
    .command('explain')
    .description('why a rule did or did not act: conditions with values and margins, waits, who outranked it')
    .argument('[RECORDING]', "a recording; without one the running agent's")
    .option(
      '--at <T>',
      'ISO 8601, -30s from now (or from the end of a recording), or 90s, 20m, 1h or plain seconds from the start',
    )
    .option('--rule <ID>', 'one rule; without it all, nearest to firing first')
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExample:\n  evenkeel explain --rule model-down --at -30s')
    .action(async (recording: string | undefined, options: Options) => {
      const explanations = await explain(recording, options, io);
      const [first] = explanations;
      if (options.json === true)
        printJson(io, options.rule === undefined ? { at: first?.at ?? null, closest: explanations } : first);
      else {
        const colour = io.isTerminal && (io.env.NO_COLOR ?? '') === '';
        if (options.rule === undefined && first !== undefined) io.stdout(`${headText(first)}\n\n`);
        io.stdout(explanations.map((one) => explanationText(one, colour)).join('\n'));
      }
      io.exit(0);
    });
}

async function explain(recording: string | undefined, { at, rule }: Options, io: Io): Promise<Explanation[]> {
  const moment = at === undefined ? null : parseMoment('--at', at);
  if (recording !== undefined) return explainRecorded(recording, moment, rule);
  try {
    return await explainLive(at, rule, io);
  } catch (error) {
    // The agent remembers minutes; what is older is in its recording.
    if (!(error instanceof EvenkeelError) || error.code !== 'outOfRange') throw error;
    const own = error.details.recording;
    if (typeof own !== 'string') throw error;
    return explainRecorded(own, moment, rule);
  }
}

async function explainLive(at: string | undefined, rule: string | undefined, io: Io): Promise<Explanation[]> {
  const query = new URLSearchParams();
  if (rule !== undefined) query.set('rule', rule);
  if (at !== undefined) query.set('at', at);
  const answer = await getJson(io, `/v1/explain?${query}`);
  return rule === undefined ? (answer as { closest: Explanation[] }).closest : [answer as Explanation];
}

async function explainRecorded(
  recording: string,
  moment: Moment | null,
  rule: string | undefined,
): Promise<Explanation[]> {
  return explainTick(await tickOfRecording(recording, moment), rule);
}
