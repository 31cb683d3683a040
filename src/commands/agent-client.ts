/** The running agent, as commands ask it: found by the environment or the state folder, over HTTP. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ERRORS, type ErrorCode, EvenkeelError } from '../errors.js';
import { stateFolder } from '../state-folder.js';
import type { Io } from './io.js';

/** Longest wait for an answer, in ms. */
const TIMEOUT_MS = 5_000;

const HOW_TO_START = 'start one with "evenkeel run", or set EVENKEEL_URL and EVENKEEL_TOKEN';

/** Where the running agent is, as a command found it. */
export interface AgentAddress {
  url: string;
  /** Empty where none was found; reads on the loopback need none. */
  token: string;
  /** Where the address was found, for messages. */
  from: string;
}

/**
 * `EVENKEEL_URL` and `EVENKEEL_TOKEN` first, then the files `address` and `token` of the state folder.
 * @throws EvenkeelError `agentAbsent` when neither says where an agent is, `badConfig` for a URL that is none.
 */
export async function findAgent(env: Io['env']): Promise<AgentAddress> {
  const folder = stateFolder(process.platform, env, homedir());
  const token = env.EVENKEEL_TOKEN || (await readLine(join(folder, 'token')));
  const path = join(folder, 'address');
  const [url, from] = env.EVENKEEL_URL ? [env.EVENKEEL_URL, 'EVENKEEL_URL'] : [await readLine(path), path];
  if (url === '') {
    const message = `no agent is running: EVENKEEL_URL is not set and there is no file ${path}; ${HOW_TO_START}`;
    throw new EvenkeelError('agentAbsent', message);
  }
  if (!/^https?:\/\/[^/]/.test(url) || !URL.canParse(url)) {
    throw new EvenkeelError(
      'badConfig',
      `${from}: expected a URL such as http://127.0.0.1:7410, got "${url}"`,
    );
  }
  return { url: url.replace(/\/+$/, ''), token, from };
}

/**
 * Reads something of the running agent.
 * @throws EvenkeelError as `askAgent`.
 */
export function getJson(io: Io, path: string): Promise<unknown> {
  return askAgent(io, 'GET', path);
}

/**
 * Asks the running agent and returns the JSON of its answer.
 * @throws EvenkeelError `agentAbsent` when nobody answers within 5 s; the agent's own code and sentence when it refuses,
 * `agentRefused` when what answers is no agent.
 */
export async function askAgent(io: Io, method: string, path: string, body?: object): Promise<unknown> {
  const { url, token, from } = await findAgent(io.env);
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // The token is for the agent alone.
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    text = await response.text();
  } catch (cause) {
    const message = `no agent answers at ${url} (from ${from}): ${reasonOf(cause)}; ${HOW_TO_START}`;
    throw new EvenkeelError('agentAbsent', message, { cause });
  }
  const answer = parse(text);
  if (!response.ok) throw refusal(response.status, answer, url, from);
  if (answer !== undefined) return answer;
  throw new EvenkeelError(
    'agentRefused',
    `expected JSON from the agent at ${url} (from ${from}), got other text`,
  );
}

function refusal(status: number, answer: unknown, url: string, from: string): EvenkeelError {
  const { code, message, ...details } = (answer ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code !== 'string' || typeof message !== 'string') {
    const sentence = `expected an agent at ${url} (from ${from}), but what answers says ${status}`;
    return new EvenkeelError('agentRefused', sentence, { details: { status } });
  }
  const advice = status === 401 ? '; EVENKEEL_TOKEN, if it is set, outranks the state folder' : '';
  const known: ErrorCode = code in ERRORS ? (code as ErrorCode) : 'agentRefused';
  return new EvenkeelError(known, `the agent refused: ${message}${advice}`, { details });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error;
  if (name === 'TimeoutError') return `nothing came for ${TIMEOUT_MS / 1000} s`;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}

async function readLine(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trim();
}
