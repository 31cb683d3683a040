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
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExample:\n  evenkeel set resolution 512 --for 20m')
    .action(async (knob: string, value: string, { for: forS, json }: Options) => {
      const isBase = knob === 'level' || knob === 'preset';
      const path = isBase ? `/v1/${knob}` : `/v1/override/${encodeURIComponent(knob)}`;
      const body = { value: isBase ? value : toValue(value), ...(forS === undefined ? {} : { forS }) };
      const answer = (await askAgent(io, 'PUT', path, body)) as SetAnswer;
      if (json === true) printJson(io, answer);
      else io.stdout(`${describeAnswer(answer)}\n`);
      io.exit(0);
    });
}

/** What came of a wish, in a sentence. */
export function describeAnswer({ knob, value, effective, boundedBy, expiresAt, why }: SetAnswer): string {
  const asked = value === effective ? '' : `, asked for ${value}`;
  const reason = why === undefined ? '' : ` (${why})`;
  const bounds = boundedBy.length === 0 ? '' : `, bounded by ${boundedBy.join(', ')}${reason}`;
  const until = expiresAt === null ? '' : `, until ${expiresAt}`;
  return `${knob} is ${effective}${asked}${bounds}${until}`;
}

/** A knob's values are numbers or words; what reads as a number is one. */
function toValue(text: string): KnobValue {
  return /^-?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : text;
}
