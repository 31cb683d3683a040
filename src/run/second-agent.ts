/** One agent per state folder. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EvenkeelError } from '../errors.js';

/** How long an agent that may be running has to answer, in ms. */
const ANSWER_WITHIN_MS = 500;

/**
 * Two agents in one state folder would take each other's bots. One on the same port is left to the server, which tells
 * more about it.
 * @throws EvenkeelError `alreadyRunning`.
 */
export async function refuseSecondAgent(stateFolder: string, port: number): Promise<void> {
  const url = (await readFile(join(stateFolder, 'address'), 'utf8').catch(() => '')).trim();
  if (!URL.canParse(url) || Number(new URL(url).port) === port) return;
  const state = await fetch(`${url}/v1/state`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    .then((response) => response.json() as Promise<{ version?: string }>)
    .catch(() => null);
  // An agent that was killed leaves its address behind: nobody answers there.
  if (state?.version === undefined) return;
  const remedy = 'stop it, or give this one a state folder of its own with EVENKEEL_STATE_DIR';
  throw new EvenkeelError(
    'alreadyRunning',
    `another agent (version ${state.version}) listens on ${url} and uses ${stateFolder}; ${remedy}`,
  );
}
