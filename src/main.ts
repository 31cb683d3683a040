/** The command line: arguments in, one command, exit code out. */
import { Command, CommanderError } from 'commander';
import type { Io } from './commands/io.js';
import { registerVerbs } from './commands/verbs.js';
import { EvenkeelError } from './errors.js';
import { readVersion } from './run/version.js';

/** Could not run: the exit code of what is no ordinary refusal. */
const COULD_NOT_RUN = 2;

const io: Io = {
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  env: process.env,
  isTerminal: process.stdout.isTTY === true,
  isErrorTerminal: process.stderr.isTTY === true,
  columns: process.stdout.columns,
  exit: (code) => {
    process.exitCode = code;
  },
};

/** A reader that went away (`| head`) is no fault of ours. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const program = new Command('evenkeel')
  .description('keeps a real-time vision loop on an even keel: YAML rules over frame, GPU and machine facts')
  .version(readVersion())
  .exitOverride()
  .configureOutput({ writeErr: io.stderr, writeOut: io.stdout })
  .showSuggestionAfterError()
  .addHelpText('after', '\nExample:\n  evenkeel run --rules my-rules\n\nwithout a verb: run --demo');

try {
  const args = withDefaultVerb(process.argv.slice(2));
  await registerVerbs(program, io, args[0]);
  await program.parseAsync(args, { from: 'user' });
} catch (error) {
  io.exit(tell(error));
}

/** No verb means `run --demo`; flags alone are the demo run's. */
function withDefaultVerb(args: string[]): string[] {
  const [first] = args;
  const isVerb = first !== undefined && !first.startsWith('-');
  if (isVerb || first === '--help' || first === '-h' || first === '--version' || first === '-V') return args;
  return ['run', '--demo', ...args];
}

function tell(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : COULD_NOT_RUN;
  if (error instanceof EvenkeelError) {
    io.stderr(`evenkeel: ${error.message}\n`);
    return error.exitCode;
  }
  io.stderr(`evenkeel: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return COULD_NOT_RUN;
}
