/** Who listens on a port that is taken, as far as that can be known. */
import { get } from 'node:http';
import { EvenkeelError } from '../errors.js';

/** Longest wait for the other program's answer, in ms. */
const ASK_MS = 1_000;

/** A state longer than this, in characters, is not one of an agent. */
const ANSWER_LIMIT = 4_194_304;

/** The error that says who has the port and what to do. */
export async function portTaken(address: string, port: number, cause: unknown): Promise<EvenkeelError> {
  const version = await askVersion(address, port);
  const who = version === null ? 'another program' : `another evenkeel agent (version ${version})`;
  const message = `port ${port} is taken by ${who}; stop it, or choose another port with --port (0 takes any free one)`;
  return new EvenkeelError('portTaken', message, { cause, details: { port, version } });
}

/** The version of the agent that answers there, or null. */
async function askVersion(address: string, port: number): Promise<string | null> {
  const host = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address;
  try {
    const state: unknown = JSON.parse(await fetchText(host, port));
    const { version, session } = state as { version?: unknown; session?: unknown };
    return typeof version === 'string' && typeof session === 'string' ? version.slice(0, 64) : null;
  } catch {
    return null;
  }
}

function fetchText(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(ASK_MS);
    const request = get({ host, port, path: '/v1/state', agent: false, signal }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
        if (text.length > ANSWER_LIMIT) request.destroy(new Error('longer than a state'));
      });
      response.on('end', () => resolve(text));
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}
