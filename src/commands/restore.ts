/** `evenkeel restore`: every setting of a card that is journaled goes back to what was found. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { EvenkeelError, reasonOf } from '../errors.js';
import { restoreAll } from '../hardware/restore-all.js';
import { describeReturned } from '../hardware/say-returned.js';
import { stateFolder } from '../state-folder.js';
import type { Io } from './io.js';
import { printJson } from './print-json.js';

/** Adds the verb `restore`. */
export function registerRestore(program: Command, io: Io): void {
  program
    .command('restore')
    .description(
      'give back every setting of a card that was changed and not given back, with or without an agent',
    )
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExample:\n  sudo evenkeel restore')
    .action(async ({ json }: { json?: boolean }) => {
      const { given, problems } = await restoreAll({ env: io.env, secret: await readToken(io.env) }).catch(
        (cause: unknown) => {
          if (cause instanceof EvenkeelError) throw cause;
          throw new EvenkeelError('noRights', `nothing was given back: ${reasonOf(cause)}`, { cause });
        },
      );
      const nothing = given.length === 0 && problems.length === 0;
      if (json === true) printJson(io, { restored: given, problems });
      else if (nothing) io.stdout('nothing is borrowed: no card has a journal\n');
      else for (const sentence of describeReturned({ given, problems })) io.stdout(`${sentence}\n`);
      io.exit(problems.length === 0 ? 0 : 1);
    });
}

/** The helper's secret on Windows; elsewhere the system tells who asks. */
async function readToken(env: Io['env']): Promise<string | undefined> {
  if (process.platform !== 'win32') return undefined;
  const path = join(stateFolder(process.platform, env, homedir()), 'token');
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trim() === '' ? undefined : text.trim();
}
