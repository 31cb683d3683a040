/** OpenFeature's remote evaluation: any of its SDKs reads decisions here, once a second or when told, not per frame. */
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { makeCheck } from '../bot/index.js';
import { EvenkeelError } from '../errors.js';
import type { OfrepBulk, OfrepFailure, OfrepRequest } from '../shapes/generated/ofrep.js';
import type { AgentPort } from '../shapes/port.js';
import { answerError, toEvenkeelError } from './answers.js';
import { isFresh } from './etag.js';
import { toFlag } from './ofrep-flags.js';

/** The same path with `/KEY` evaluates one flag. */
const FLAGS = '/ofrep/v1/evaluate/flags';

const checkRequest = makeCheck<OfrepRequest>('ofrep', 'request');

/** Adds both evaluations. They change nothing, so that they need no more than a read does, though they are POSTs. */
export async function addOfrepRoutes(app: FastifyInstance, { port }: { port: AgentPort }): Promise<void> {
  app.setErrorHandler(answerFailure);
  app.post(FLAGS, { config: { access: 'read' } }, ({ body, headers }, reply) => {
    checkBody(body);
    const { knobs } = port.state();
    const bulk: OfrepBulk = { flags: Object.entries(knobs).map(([key, knob]) => toFlag(key, knob)) };
    const text = JSON.stringify(bulk);
    const tag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
    reply.header('etag', tag).header('cache-control', 'no-cache');
    if (isFresh(headers['if-none-match'], tag)) return reply.code(304).send();
    return reply.type('application/json; charset=utf-8').send(text);
  });
  app.post<{ Params: { key: string } }>(
    `${FLAGS}/:key`,
    { config: { access: 'read' } },
    ({ body, params: { key } }) => {
      checkBody(body);
      const { knobs } = port.state();
      const knob = Object.hasOwn(knobs, key) ? knobs[key] : undefined;
      if (knob !== undefined) return toFlag(key, knob);
      const offered = Object.keys(knobs).join(', ');
      const expected = offered === '' ? 'none is offered now' : `expected one of ${offered}`;
      throw new EvenkeelError('unknownKnob', `no knob "${key}" is offered; ${expected}`);
    },
  );
}

/** Clients without a context may leave the body out. */
function checkBody(body: unknown): void {
  const checked = checkRequest(body === undefined ? {} : body);
  if (!checked.ok)
    throw new EvenkeelError('badBody', checked.message, { details: { errorCode: errorCodeOf(body) } });
}

/** What is an object but not of the schema has a context that is none. */
function errorCodeOf(body: unknown): OfrepFailure['errorCode'] {
  return typeof body === 'object' && body !== null && !Array.isArray(body)
    ? 'INVALID_CONTEXT'
    : 'PARSE_ERROR';
}

/** A refusal as everywhere, and beside it what OpenFeature's clients look for. */
function answerFailure(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { key } = request.params as { key?: string };
  const known = toEvenkeelError(error);
  const { message, code } = known;
  const errorCode: OfrepFailure['errorCode'] =
    code === 'unknownKnob' ? 'FLAG_NOT_FOUND' : code === 'badBody' ? 'PARSE_ERROR' : 'GENERAL';
  const details = {
    errorCode,
    errorDetails: message,
    ...known.details,
    ...(key === undefined ? {} : { key }),
  };
  answerError(new EvenkeelError(code, message, { cause: known.cause, details }), request, reply);
}
