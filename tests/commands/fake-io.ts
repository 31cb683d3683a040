/** A stand-in for the process: what a command printed, and how it ended. */
import { Command, CommanderError } from 'commander';
import type { Io } from '../../src/commands/io.js';

export interface Ran {
  stdout: string;
  stderr: string;
  exit: number | null;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  json: () => any;
}

/** Runs one command with these arguments and variables; what it throws is the caller's. */
export async function runCommand(
  register: (program: Command, io: Io) => void,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ran> {
  const ran: Ran = { stdout: '', stderr: '', exit: null, json: () => JSON.parse(ran.stdout) };
  const io: Io = {
    stdout: (text) => {
      ran.stdout += text;
    },
    stderr: (text) => {
      ran.stderr += text;
    },
    env,
    isTerminal: false,
    exit: (code) => {
      ran.exit = code;
    },
  };
  const program = new Command('evenkeel')
    .exitOverride()
    .configureOutput({ writeOut: io.stdout, writeErr: io.stderr });
  register(program, io);
  // Commands made afterwards do not inherit these.
  for (const command of program.commands) command.exitOverride().configureOutput({ writeOut: io.stdout });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    // Help was asked for and is printed.
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error;
    ran.exit = 0;
  }
  return ran;
}
