/** How long a client may take to send what it has to say; one that never ends must not hold the agent's memory. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EvenkeelError } from '../errors.js';
import { answerError } from './answers.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body has no end while the bot runs. */
    isEndless?: boolean;
  }
}

/** For a head: longer than any client of this machine needs, in ms. */
export const HEAD_MS = 10_000;
/** For a whole body, 2 MiB at most: slow as a busy machine may be, in ms. */
export const BODY_MS = 10_000;

/**
 * Refuses a request with `tooSlow` whose body did not come within `bodyMs`, and hangs up. Whoever was refused before
 * its body was read is hung up on by then too.
 */
export function addPatience(app: FastifyInstance, bodyMs: number): void {
  app.addHook('onRequest', async (request, reply) => {
    const { raw } = request;
    if (raw.complete || request.routeOptions.config?.isEndless === true) return;
    const timer = setTimeout(() => hangUp(request, reply, bodyMs), bodyMs);
    timer.unref();
    const stop = (): void => clearTimeout(timer);
    raw.once('end', stop).once('close', stop);
  });
}

function hangUp(request: FastifyRequest, reply: FastifyReply, bodyMs: number): void {
  if (reply.sent) {
    request.raw.destroy();
    return;
  }
  const message = `expected the whole body within ${bodyMs / 1000} s`;
  answerError(new EvenkeelError('tooSlow', message), request, reply.header('connection', 'close'));
}
