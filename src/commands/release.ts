/** `evenkeel release`: a knob goes back from the person to the rules. */
import type { Command } from 'commander';
import type { SetAnswer } from '../shapes/port.js';
import { askAgent } from './agent-client.js';
import type { Io } from './io.js';
import { printJson } from './print-json.js';
import { describeAnswer } from './set.js';

/** Adds the verb `release`. */
export function registerRelease(program: Command, io: Io): void {
  program
    .command('release')
    .description("end a person's value of a knob before its time")
    .argument('<KNOB>', 'the name of a knob')
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExample:\n  evenkeel release resolution')
    .action(async (knob: string, { json }: { json?: boolean }) => {
      const answer = await askAgent(io, 'DELETE', `/v1/override/${encodeURIComponent(knob)}`);
      if (json === true) printJson(io, answer);
      else io.stdout(`${describeAnswer(answer as SetAnswer)}\n`);
      io.exit(0);
    });
}
