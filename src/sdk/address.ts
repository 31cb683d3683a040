/** Where the agent listens and with which token to speak to it. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { stateFolder } from '../state-folder.js';
import type { ConnectOptions } from './types.js';

/** What a bot needs to reach an agent; the token may be empty on the loopback. */
export interface AgentAddress {
  url: URL;
  token: string;
}

/**
 * What the call says, then EVENKEEL_URL and EVENKEEL_TOKEN, then the files `address` and `token` of the state
 * folder, read anew each time because an agent may come and go. Null while no agent is to be found.
 */
export async function findAgent(
  options: Pick<ConnectOptions, 'url' | 'token' | 'stateDir'>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<AgentAddress | null> {
  const folder = options.stateDir ?? stateFolder(process.platform, env, homedir());
  const url = options.url ?? (env.EVENKEEL_URL || (await readLine(folder, 'address')));
  const token = options.token ?? (env.EVENKEEL_TOKEN || (await readLine(folder, 'token')));
  const parsed = parseAddress(url);
  return parsed === null ? null : { url: parsed, token };
}

/** A URL such as http://127.0.0.1:7410; null for what is none. */
export function parseAddress(url: string): URL | null {
  if (!URL.canParse(url)) return null;
  const parsed = new URL(url);
  return parsed.protocol === 'http:' ? parsed : null;
}

async function readLine(folder: string, name: string): Promise<string> {
  const text = await readFile(join(folder, name), 'utf8').catch(() => '');
  return text.trim();
}
