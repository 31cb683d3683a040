/** One client's stream of server-sent events, with a bound on what waits for it. */
import type { FastifyReply } from 'fastify';
import type { OpenStreams } from './open-streams.js';

/** Comments keep the connection from looking dead (wire.md: every 2 s when nothing else went). */
export const COMMENT_MS = 2_000;

/** Open until the client goes or falls behind. */
export interface EventStream {
  /** Sends an event, or drops the client when too much waits for it already. `text` is one line of JSON. */
  send(event: string, text: string, id?: string): void;
  close(): void;
}

/**
 * Answers with an event stream and takes the reply out of fastify's hands.
 * @param limitBytes What may wait for a slow client before it is dropped; it connects again and starts afresh.
 */
export function openEventStream(
  reply: FastifyReply,
  streams: OpenStreams,
  limitBytes: number,
  onClose: () => void,
): EventStream {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  raw.flushHeaders();
  let isIdle = false;

  const write = (text: string): void => {
    if (raw.destroyed || raw.writableEnded) return;
    if (raw.writableLength + text.length > limitBytes) raw.destroy();
    else raw.write(text);
    isIdle = false;
  };
  // Half the promised time, looked at twice: no gap between two comments is longer than promised.
  const timer = setInterval(() => {
    if (isIdle) write(':\n\n');
    else isIdle = true;
  }, COMMENT_MS / 2);
  timer.unref();
  const close = (): void => {
    raw.end();
  };
  const forget = streams.add(close);
  raw.once('close', () => {
    clearInterval(timer);
    forget();
    onClose();
  });
  return {
    send: (event, text, id) => {
      write(`event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${text}\n\n`);
    },
    close,
  };
}
