/** Who writes settings for an agent: the helper where it runs, else a child with the agent's own rights, else nobody. */
import type { CardWriter } from '../shapes/gpu.js';
import { type ClientOptions, WriterClient } from './client.js';
import { connectHelper, reachHelper, startSetterChild } from './connect.js';
import { mayHaveJournals } from './journal-files.js';
import { hardwareFolder, helperAddress } from './places.js';
import { mayWrite } from './rights.js';
import { waitingWriter } from './waiting-writer.js';

/** What a writer is opened with. */
export interface OpenWriterOptions extends Pick<ClientOptions, 'onExit' | 'leaseS' | 'log'> {
  env: NodeJS.ProcessEnv;
  /** The token of the state folder, which the helper asks for on Windows. */
  secret: string;
  platform?: string;
  /** Whether this process may write; looked at unless said. */
  hasRights?: () => Promise<boolean>;
  /** The compiled entry of the child; found beside this file unless said. */
  childEntry?: string;
}

/** How an unprivileged agent gets to write, by platform. */
export function remedyFor(platform: string): string {
  return platform === 'win32'
    ? 'print a task for an elevated helper with "evenkeel gpu-helper --install --print" and register it, or start the agent as administrator'
    : 'install the helper: "sudo evenkeel gpu-helper --install --print" prints its unit and says what to do with it; or run the agent as root';
}

/**
 * Chooses a writer. Nothing is started before the first setting, except where an earlier one left a journal: what that
 * says is given back first. With neither rights nor helper the helper is looked for again: it may be starting.
 */
export async function openWriter(options: OpenWriterOptions): Promise<CardWriter> {
  const { env, secret, onExit, leaseS, log, platform = process.platform, childEntry } = options;
  const address = helperAddress(platform, env);
  const throughHelper = (): WriterClient => {
    const proof = platform === 'win32' ? { secret } : {};
    return new WriterClient({ connect: () => connectHelper(address), onExit, leaseS, log, ...proof });
  };
  const helper = await lookForHelper(address);
  if (helper === 'there') return throughHelper();
  const isLeft = mayHaveJournals(hardwareFolder(platform, env));
  if (await (options.hasRights ?? mayWrite)()) {
    const open = (): WriterClient =>
      new WriterClient({ connect: () => startSetterChild(env, { entry: childEntry }), onExit, leaseS, log });
    if (isLeft) {
      const first = open();
      await first.connect();
      await first.close();
    }
    return open();
  }
  if (isLeft)
    log(
      'warn',
      'a card may still have settings of an earlier run; "evenkeel restore" with rights gives them back',
    );
  const why =
    helper === 'closed'
      ? `the helper at ${address} lets this user not in`
      : 'this agent has no right to write to cards';
  return waitingWriter(`${why}; ${remedyFor(platform)}`, async () => {
    if ((await lookForHelper(address)) !== 'there') return null;
    log('info', `the helper at ${address} is there now: settings of cards are written through it`);
    return throughHelper();
  });
}

async function lookForHelper(address: string): Promise<'there' | 'absent' | 'closed'> {
  const stream = await reachHelper(address);
  if (typeof stream === 'string') return stream;
  stream.destroy();
  return 'there';
}
