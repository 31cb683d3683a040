/** The three requests of a bot. None keeps the process alive, and each tells its end once. */
import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
  request,
} from 'node:http';
import type { AgentAddress } from './address.js';

/** Longest wait for the answer to a hello, in ms. */
const HELLO_MS = 2_000;

/** An answer or event longer than this, in characters, is not one of an agent. */
const TEXT_LIMIT = 1_048_576;

/** An agent with the connections to it. */
export interface Peer extends AgentAddress {
  /** Keeps connections between requests. */
  agent: Agent;
}

/** The agent answered, but not as hoped; the message is its own. */
export class Refusal extends Error {}

/** Says hello. @throws Refusal when the agent refuses; Error when it is not there or takes too long. */
export function sayHello(peer: Peer, body: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const sent = open(peer, '/v1/bot/hello', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    const timer = setTimeout(() => sent.destroy(new Error('no answer to the hello')), HELLO_MS);
    timer.unref();
    sent.on('error', reject);
    sent.on('close', () => clearTimeout(timer));
    sent.on('response', (response) => {
      readText(response, sent)
        .then((text) => {
          if (response.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Refusal(`${response.statusCode} ${text.slice(0, 500)}`));
        }, reject)
        .catch(reject);
    });
    sent.end(JSON.stringify(body));
  });
}

/** Opens the long request that carries the lines. `onEnd` is called when it is answered or fails. */
export function openUpload(peer: Peer, session: string, onEnd: () => void): ClientRequest {
  const headers = { 'content-type': 'application/x-ndjson', 'evenkeel-session': session };
  const sent = open(peer, '/v1/bot/stream', { method: 'POST', headers });
  sent.on('response', (response) => {
    response.on('error', onEnd).on('close', onEnd);
    response.resume();
  });
  sent.on('error', onEnd);
  sent.on('close', onEnd);
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

async function readText(response: IncomingMessage, sent: ClientRequest): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  for await (const piece of response) {
    text += piece;
    if (text.length > TEXT_LIMIT) sent.destroy();
  }
  return text;
}
