/** The requests of a bot. Those of its session keep no process alive, and each tells its end once. */
import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
  request,
} from 'node:http';
import type { AgentAddress } from './address.js';

/** Longest wait for the answer to a hello or a batch, in ms. */
const ANSWER_MS = 2_000;

/** An answer or event longer than this, in characters, is not one of an agent. */
const TEXT_LIMIT = 1_048_576;

/** How much of a refusal is kept, in characters. */
const REFUSAL_LIMIT = 500;

/** An agent with the connections to it. */
export interface Peer extends AgentAddress {
  /** Keeps connections between requests. */
  agent: Agent;
}

/** The agent answered, but not as hoped; the message is its own. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    super(`${status} ${text.slice(0, REFUSAL_LIMIT)}`);
    this.status = status;
  }
}

/** Says hello; `before` is the session that the bot goes on from. @throws Refusal when the agent refuses; Error when it is not there or takes too long. */
export function sayHello(peer: Peer, body: unknown, before: string | null): Promise<unknown> {
  const sent = open(peer, '/v1/bot/hello', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(before === null ? {} : { 'evenkeel-session': before }),
    },
  });
  return answerOf(sent, JSON.stringify(body), { withinMs: ANSWER_MS, isKeeping: false });
}

/** Sends lines as a batch. @throws as `sayHello`. */
export function sendBatch(peer: Peer, session: string, text: string): Promise<unknown> {
  const headers = { 'content-type': 'application/x-ndjson', 'evenkeel-session': session };
  const sent = open(peer, '/v1/bot/frames', { method: 'POST', headers });
  return answerOf(sent, text, { withinMs: ANSWER_MS, isKeeping: false });
}

/** Asks for the decision that stands. @throws as `sayHello`. */
export function askDecision(peer: Peer, session: string): Promise<unknown> {
  const sent = open(peer, '/v1/bot/decision', { method: 'GET', headers: { 'evenkeel-session': session } });
  return answerOf(sent, undefined, { withinMs: ANSWER_MS, isKeeping: false });
}

/** What is asked, and how long the answer may take. */
export interface Question {
  method: string;
  path: string;
  body?: object | undefined;
  withinMs: number;
}

/** One question over a connection of its own; it keeps the process until it is answered. @throws as `sayHello`. */
export function askOnce({ url, token }: AgentAddress, question: Question): Promise<unknown> {
  const { method, path, body, withinMs } = question;
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const sent = request(new URL(path, url), { method, headers, agent: false });
  return answerOf(sent, body === undefined ? undefined : JSON.stringify(body), { withinMs, isKeeping: true });
}

/**
 * Opens the long request that carries the lines. `onEnd` is called once, with the status of its answer, or null when it
 * failed without one.
 */
export function openUpload(
  peer: Peer,
  session: string,
  onEnd: (status: number | null) => void,
): ClientRequest {
  const headers = { 'content-type': 'application/x-ndjson', 'evenkeel-session': session };
  const sent = open(peer, '/v1/bot/stream', { method: 'POST', headers });
  let status: number | null = null;
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    onEnd(status);
  };
  sent.on('response', (response) => {
    status = response.statusCode ?? null;
    response.on('error', end).on('close', end);
    response.resume();
  });
  sent.on('error', end);
  sent.on('close', end);
  sent.flushHeaders();
  return sent;
}

/**
 * Follows decisions. `onEvent` is called with the parsed body of each, `onSign` at every sign of life, `onEnd` when
 * the stream ends or fails.
 */
export function followDecisions(
  peer: Peer,
  session: string,
  on: { event: (body: unknown) => void; sign: () => void; end: () => void },
): ClientRequest {
  const headers = { accept: 'text/event-stream', 'evenkeel-session': session };
  const sent = open(peer, '/v1/bot/events', { method: 'GET', headers });
  sent.on('error', on.end);
  sent.on('close', on.end);
  sent.on('response', (response) => {
    response.on('error', on.end);
    if (response.statusCode !== 200) {
      sent.destroy();
      return;
    }
    let waiting = '';
    response.setEncoding('utf8');
    response.on('data', (piece: string) => {
      on.sign();
      const blocks = (waiting + piece).split('\n\n');
      waiting = blocks.pop() ?? '';
      if (waiting.length > TEXT_LIMIT) sent.destroy();
      for (const block of blocks) readEvent(block, on.event);
    });
  });
  sent.end();
  return sent;
}

function readEvent(block: string, onEvent: (body: unknown) => void): void {
  const lines = block.split('\n');
  if (!lines.includes('event: decision')) return;
  const data = lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice(6));
  try {
    onEvent(JSON.parse(data.join('\n')));
  } catch {
    // What is no JSON is no decision; the one in force stays.
  }
}

function open({ url, token, agent }: Peer, path: string, options: RequestOptions): ClientRequest {
  const headers = { ...options.headers, authorization: `Bearer ${token}` };
  const sent = request(new URL(path, url), { ...options, headers, agent });
  sent.on('socket', (socket) => socket.unref());
  return sent;
}

/** The JSON of the answer to a request that is sent with this body. */
function answerOf(
  sent: ClientRequest,
  body: string | undefined,
  { withinMs, isKeeping }: { withinMs: number; isKeeping: boolean },
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const late = new Error(`nothing came for ${withinMs / 1000} s`);
    const timer = setTimeout(() => sent.destroy(late), withinMs);
    if (!isKeeping) timer.unref();
    sent.on('error', reject);
    let isAnswered = false;
    sent.on('close', () => {
      clearTimeout(timer);
      if (!isAnswered) reject(new Error('the connection ended without an answer'));
    });
    sent.on('response', (response) => {
      isAnswered = true;
      readText(response, sent)
        .then((text) => {
          if (response.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Refusal(response.statusCode ?? 0, text));
        })
        .catch(reject);
    });
    sent.end(body);
  });
}

async function readText(response: IncomingMessage, sent: ClientRequest): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  for await (const piece of response) {
    text += piece;
    if (text.length > TEXT_LIMIT) sent.destroy();
  }
  return text;
}
