/** `evenkeel set`: a person's level, preset or value of a knob, for the running agent. */
import type { Command } from 'commander';
import type { KnobValue } from '../shapes/knob.js';
import type { SetAnswer } from '../shapes/port.js';
import { askAgent } from './agent-client.js';
import { secondsOption } from './flags.js';
import type { Io } from './io.js';
import { printJson } from './print-json.js';

interface Options {
  /** s */
  for?: number;
  keep?: boolean;
  json?: boolean;
}

/** Adds the verb `set`. */
export function registerSet(program: Command, io: Io): void {
  program
    .command('set')
    .description('set the level, the preset or a knob of the running agent')
    .argument('<KNOB>', 'level, preset or the name of a knob')
    .argument('<VALUE>', 'a name or a number')
    .option('--for <TIME>', 'until when: 20m (a knob: 20m unless given)', secondsOption('--for'))
    .option('--keep', 'a knob of hardware: keep it, which else goes back after 10 s')
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExample:\n  evenkeel set resolution 512 --for 20m')
    .action(async (knob: string, value: string, { for: forS, keep, json }: Options) => {
      const isBase = knob === 'level' || knob === 'preset';
      const path = isBase ? `/v1/${knob}` : `/v1/override/${encodeURIComponent(knob)}`;
      const body = { value: isBase ? value : toValue(value), ...(forS === undefined ? {} : { forS }) };
      const set = (await askAgent(io, 'PUT', path, body)) as SetAnswer;
      const answer = keep === true && set.confirmBy !== undefined ? await confirm(io, set) : set;
      if (json === true) printJson(io, answer);
      else io.stdout(`${describeAnswer(answer)}\n`);
      io.exit(0);
    });
}

/** Keeps what was just set; somebody else's value that waited is kept with it. */
async function confirm(io: Io, set: SetAnswer): Promise<SetAnswer> {
  const { kept } = (await askAgent(io, 'POST', '/v1/confirm')) as { kept: SetAnswer[] };
  return kept.find(({ knob }) => knob === set.knob) ?? set;
}

/** What came of a wish, in a sentence. */
export function describeAnswer(answer: SetAnswer): string {
  const { knob, value, effective, boundedBy, expiresAt, confirmBy, why } = answer;
  const asked = value === effective ? '' : `, asked for ${value}`;
  const reason = why === undefined ? '' : ` (${why})`;
  const bounds = boundedBy.length === 0 ? '' : `, bounded by ${boundedBy.join(', ')}${reason}`;
  const until = expiresAt === null ? '' : `, until ${expiresAt}`;
  const keep = `evenkeel set ${knob} ${value} --keep`;
  const back = confirmBy === undefined ? '' : `; it goes back at ${confirmBy} unless it is kept: ${keep}`;
  return `${knob} is ${effective}${asked}${bounds}${until}${back}`;
}

/** A knob's values are numbers or words; what reads as a number is one. */
function toValue(text: string): KnobValue {
  return /^-?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : text;
}
