/** HTTP as a test needs it: any header, streams in both directions. */
import { type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  json: any;
}

export interface Ask {
  method?: string;
  headers?: OutgoingHttpHeaders;
  body?: unknown;
}

/** Sends one request and reads its whole answer. Strings and buffers go as they are, all else as JSON. */
export function ask(url: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false });
    sent.on('response', (response) => readAll(response).then(resolve, reject));
    sent.on('error', reject);
    if (body === undefined) sent.end();
    else sent.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  });
}

/** Opens a request whose body the test writes itself; the answer comes as a promise. */
export function openUpload(
  url: string,
  headers: OutgoingHttpHeaders,
): { sent: ClientRequest; answer: Promise<Answer> } {
  const sent = request(url, { method: 'POST', headers, agent: false });
  const answer = new Promise<Answer>((resolve, reject) => {
    sent.on('response', (response) => readAll(response).then(resolve, reject));
    sent.on('error', reject);
  });
  // A test that ends a request on purpose does not wait for its answer.
  answer.catch(() => undefined);
  return { sent, answer };
}

export interface SseClient {
  status: number;
  /** Everything received so far. */
  text: () => string;
  /** The data of the events of a name, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of every shape.
  events: (name: string) => any[];
  isOver: () => boolean;
  response: IncomingMessage;
  close: () => void;
}

/** Follows an event stream. */
export function openSse(url: string, headers: OutgoingHttpHeaders = {}): Promise<SseClient> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers, agent: false });
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = '';
      let over = false;
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
      });
      response.on('error', () => undefined);
      response.on('close', () => {
        over = true;
      });
      const events = (name: string): unknown[] =>
        text
          .split('\n\n')
          .filter((block) => block.startsWith(`event: ${name}\n`))
          .map((block) => JSON.parse(block.slice(block.indexOf('data: ') + 6)));
      resolve({
        status: response.statusCode ?? 0,
        text: () => text,
        events,
        isOver: () => over,
        response,
        close: () => sent.destroy(),
      });
    });
    sent.end();
  });
}

async function readAll(response: IncomingMessage): Promise<Answer> {
  let text = '';
  response.setEncoding('utf8');
  for await (const piece of response) text += piece;
  const isJson = response.headers['content-type']?.includes('json') === true && text !== '';
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : null,
  };
}
