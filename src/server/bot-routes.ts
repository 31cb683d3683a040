/** What a bot asks and says: hello, lines as a stream or a batch, and the decision asked for or pushed. */
import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type BotRegistry, type DecisionAnswer, LINE_LIMIT_BYTES } from '../bot/index.js';
import { EvenkeelError } from '../errors.js';
import { takeStream } from './bot-stream.js';
import { isFresh } from './etag.js';
import { LineIntake } from './line-intake.js';
import { LineSplitter } from './line-splitter.js';
import type { OpenStreams } from './open-streams.js';
import { openEventStream } from './sse.js';

/** Longest batch in bytes: 10 s of frames at 120 a second, 1 kB each, fit well. */
const BATCH_LIMIT_BYTES = 2_097_152;

/** A decision has a few hundred bytes; a bot that leaves this many unread is not reading. */
const EVENTS_LIMIT_BYTES = 65_536;

/** The bots behind the routes, and the streams that the server closes at its end. */
export interface BotRoutesOptions {
  bots: BotRegistry;
  streams: OpenStreams;
}

/** Adds the routes under /v1/bot. */
export async function addBotRoutes(app: FastifyInstance, { bots, streams }: BotRoutesOptions): Promise<void> {
  app.post('/v1/bot/hello', ({ body, headers }) => {
    const before = headers['evenkeel-session'];
    return bots.hello(body, typeof before === 'string' ? before : undefined);
  });

  app.get('/v1/bot/decision', (request, reply) => {
    const answer = bots.answer(sessionOf(request));
    const tag = `"${answer.revision}"`;
    reply.header('etag', tag).header('cache-control', 'no-cache').header('vary', 'evenkeel-session');
    return isFresh(request.headers['if-none-match'], tag) ? reply.code(304).send() : answer;
  });

  app.get('/v1/bot/events', { exposeHeadRoute: false }, (request, reply) => {
    followDecisions(bots, streams, sessionOf(request), reply);
  });

  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BATCH_LIMIT_BYTES }, (_, body, done) => {
      done(null, body);
    });
    scope.post('/v1/bot/frames', { bodyLimit: BATCH_LIMIT_BYTES }, (request) => {
      const intake = new LineIntake(bots, sessionOf(request));
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      takeBatch(intake, body);
      return intake.answer();
    });
  });

  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // The body goes through unread: it has no end while the bot runs.
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    scope.post('/v1/bot/stream', { config: { isEndless: true } }, (request, reply) =>
      takeStream(bots, streams, sessionOf(request), request, reply),
    );
  });
}

/** Lines as such (NDJSON), or as one JSON array. */
function takeBatch(intake: LineIntake, body: Buffer): void {
  const text = body.toString();
  if (!text.trimStart().startsWith('[')) {
    const splitter = new LineSplitter(LINE_LIMIT_BYTES);
    intake.takeText([...splitter.push(body), ...splitter.end()]);
    return;
  }
  if (!isUtf8(body)) throw new EvenkeelError('badBody', 'expected one array of JSON, got what is no UTF-8');
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (cause) {
    const message = `expected lines of JSON or one array: ${(cause as Error).message}`;
    throw new EvenkeelError('badBody', message, { cause });
  }
  if (Array.isArray(values)) intake.takeValues(values);
}

/** The decision first at once, then whenever it changes, until the session ends. */
function followDecisions(
  bots: BotRegistry,
  streams: OpenStreams,
  session: string,
  reply: FastifyReply,
): void {
  const first = bots.answer(session);
  const disconnect = bots.connect(session);
  const stream = openEventStream(reply, streams, EVENTS_LIMIT_BYTES, () => {
    unlisten();
    disconnect();
  });
  const send = (answer: DecisionAnswer): void => {
    stream.send('decision', JSON.stringify(answer), String(answer.revision));
  };
  const unlisten = bots.listen(session, { changed: send, ended: stream.close });
  send(first);
}

function sessionOf({ headers }: FastifyRequest): string {
  const session = headers['evenkeel-session'];
  if (typeof session === 'string' && session !== '') return session;
  throw new EvenkeelError('sessionEnded', 'expected the header Evenkeel-Session; say hello to get a session');
}
