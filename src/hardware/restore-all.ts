/** Gives back all that is journaled on this machine: by the helper where that runs, else by a child of this process. */
import { EvenkeelError } from '../errors.js';
import { reachHelper, startSetterChild } from './connect.js';
import { journalFiles } from './journal-files.js';
import type { Returned } from './lent-cards.js';
import { remedyFor } from './open-writer.js';
import { hardwareFolder, helperAddress } from './places.js';
import { mayWrite } from './rights.js';
import { LEAVE_JOURNALS } from './setter.js';
import { greetWriter, newSession, type WriterStream } from './writer-link.js';

/** What giving back is asked with. */
export interface RestoreOptions {
  env: NodeJS.ProcessEnv;
  /** What the helper asks for on Windows. */
  secret?: string | undefined;
  /** Whether this process may write; looked at unless said. */
  hasRights?: () => Promise<boolean>;
  /** The compiled entry of the child; found beside its file unless said. */
  childEntry?: string;
}

/** How long all of it may take, in ms. */
const WITHIN_MS = 30_000;

/**
 * Gives back everything, also what an earlier end kept on purpose. Nothing is started where nothing is journaled.
 * @throws EvenkeelError `noRights` where something is journaled and this process may not write; Error where the writer
 * does not answer.
 */
export async function restoreAll(options: RestoreOptions): Promise<Returned> {
  const { env, secret, hasRights = mayWrite, childEntry } = options;
  const helper = await reachHelper(helperAddress(process.platform, env));
  if (typeof helper !== 'string') return ask(helper, secret);
  const folder = hardwareFolder(process.platform, env);
  const journals = journalFiles(folder).list();
  if (journals.length === 0) return { given: [], problems: [] };
  if (!(await hasRights())) {
    const held = `${folder} holds journals of ${journals.join(', ')}, and this process may not write to cards`;
    const remedy = process.platform === 'win32' ? 'run it as administrator' : 'run "sudo evenkeel restore"';
    throw new EvenkeelError('noRights', `${held}; ${remedy}, or ${remedyFor(process.platform)}`);
  }
  return ask(await startSetterChild(env, { entry: childEntry, args: [LEAVE_JOURNALS] }), undefined);
}

async function ask(stream: WriterStream, secret: string | undefined): Promise<Returned> {
  const identity = {
    session: newSession(),
    onExit: 'restore' as const,
    leaseS: WITHIN_MS / 1000,
    ...(secret === undefined ? {} : { secret }),
  };
  const link = await greetWriter(stream, identity);
  const answer = await link.ask({ kind: 'restore' }, WITHIN_MS);
  link.destroy();
  if (answer?.kind === 'given') return { given: answer.given, problems: answer.problems };
  throw new Error(await link.over);
}
