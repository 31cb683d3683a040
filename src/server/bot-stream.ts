/** One long request of lines: each piece is taken in as it arrives, and the end is answered. */
import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type BotRegistry, LINE_LIMIT_BYTES } from '../bot/index.js';
import { answerError } from './answers.js';
import { LineIntake } from './line-intake.js';
import { LineSplitter } from './line-splitter.js';
import type { OpenStreams } from './open-streams.js';

/**
 * Takes lines until the bot ends its request, vanishes, its session ends, or the server closes. All but the
 * vanished are answered with the counts and the newest decision; a session that ended with 410.
 * @throws EvenkeelError `sessionEnded` when there is no such session.
 */
export function takeStream(
  bots: BotRegistry,
  streams: OpenStreams,
  session: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const intake = new LineIntake(bots, session);
  const splitter = new LineSplitter(LINE_LIMIT_BYTES);
  const body = request.raw;

  return new Promise((resolve) => {
    const finish = (answer: () => void): void => {
      release();
      answer();
      resolve(reply);
    };
    const guarded = (take: () => void): void => {
      try {
        take();
      } catch (error) {
        // The body goes on, but nobody will read it.
        finish(() => answerError(error, request, reply.header('connection', 'close')));
      }
    };
    const onData = (piece: Buffer): void => guarded(() => intake.takeText(splitter.push(piece)));
    const onEnd = (): void =>
      guarded(() => {
        intake.takeText(splitter.end());
        finish(() => reply.send(intake.answer()));
      });
    const onClosing = (): void => finish(() => reply.header('connection', 'close').send(intake.answer()));
    const onGone = (): void => finish(() => reply.hijack());

    const disconnect = bots.connect(session);
    const forget = streams.add(onClosing);
    const unlisten = bots.listen(session, {
      changed: () => undefined,
      // After its bye the bot ends the request itself; a bot whose lease ran out may never do so.
      ended: (cause) => {
        if (cause === 'lease') guarded(() => bots.answer(session));
      },
    });
    const release = (): void => {
      body.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      keepReading(body);
      disconnect();
      forget();
      unlisten();
    };
    body.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}

/** A body that nobody reads keeps its connection from ending; an error in it has no one left to tell. */
function keepReading(body: IncomingMessage): void {
  body.on('error', () => undefined);
  body.resume();
}
