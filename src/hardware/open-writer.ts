/** Who writes settings for an agent: the helper where it runs, else a child with the agent's own rights, else nobody. */
import { existsSync } from 'node:fs';
import type { CardOutcome, CardWriter } from '../shapes/gpu.js';
import { type ClientOptions, WriterClient } from './client.js';
import { connectHelper, startSetterChild } from './connect.js';
import { journalFiles } from './journal-files.js';
import { hardwareFolder, helperAddress } from './places.js';
import { mayWrite } from './rights.js';

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
 * says is given back first.
 */
export async function openWriter(options: OpenWriterOptions): Promise<CardWriter> {
  const { env, secret, onExit, leaseS, log, platform = process.platform, childEntry } = options;
  const address = helperAddress(platform, env);
  const helper = await tryHelper(address);
  if (helper.kind === 'there') {
    const proof = platform === 'win32' ? { secret } : {};
    return new WriterClient({ connect: () => connectHelper(address), onExit, leaseS, log, ...proof });
  }
  const journals = journalFiles(hardwareFolder(platform, env)).list();
  if (await (options.hasRights ?? mayWrite)()) {
    const open = (): WriterClient =>
      new WriterClient({ connect: () => startSetterChild(env, { entry: childEntry }), onExit, leaseS, log });
    if (journals.length > 0) {
      const first = open();
      await first.connect();
      await first.close();
    }
    return open();
  }
  if (journals.length > 0)
    log(
      'warn',
      'a card still has settings of an earlier run; "evenkeel restore" with rights gives them back',
    );
  return refusedWriter(
    `${helper.kind === 'closed' ? `the helper at ${address} lets this user not in` : 'this agent has no right to write to cards'}; ${remedyFor(platform)}`,
  );
}

/** Refuses everything with one sentence. */
export function refusedWriter(refusal: string): CardWriter {
  const outcome: CardOutcome = { ok: false, value: 'unknown', error: refusal, isLasting: true };
  return {
    refusal,
    set: async () => outcome,
    forget: async () => {},
    restore: async () => {},
    close: async () => {},
  };
}

type Helper = { kind: 'there' | 'absent' | 'closed' };

/** A socket that nobody listens on is left behind by a helper that was killed. */
async function tryHelper(address: string): Promise<Helper> {
  try {
    (await connectHelper(address)).destroy();
    return { kind: 'there' };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { kind: (code === 'EACCES' || code === 'EPERM') && existsSync(address) ? 'closed' : 'absent' };
  }
}
