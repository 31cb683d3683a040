/** Errors on their way out: the status of the table and `{ code, message, … }`. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ERRORS, EvenkeelError } from '../errors.js';

/** What fastify itself refuses, in our words; its other refusals are of requests that are no proper HTTP. */
const FASTIFY_CODES: Readonly<Record<string, 'tooBig'>> = { FST_ERR_CTP_BODY_TOO_LARGE: 'tooBig' };

/** The body of an answer that refuses; `details` are keys beside `code` and `message`. */
export function toRefusal(error: EvenkeelError): { code: string; message: string } {
  return { ...error.details, code: error.code, message: error.message };
}

/** Any error as one of the table; what nobody foresaw becomes `fault`. */
export function toEvenkeelError(error: unknown): EvenkeelError {
  if (error instanceof EvenkeelError) return error;
  const { code, statusCode, message } = error as Partial<FastifyError>;
  const known = code === undefined ? undefined : FASTIFY_CODES[code];
  if (known !== undefined)
    return new EvenkeelError(known, 'the body is longer than this path takes', { cause: error });
  if (statusCode !== undefined && statusCode < 500) {
    return new EvenkeelError('badBody', message ?? 'the request cannot be read', { cause: error });
  }
  return new EvenkeelError('fault', 'the agent failed to answer; its log says why', { cause: error });
}

/** Answers what is no HTTP, or a head beyond Node's bounds, and hangs up. */
export function answerNoHttp(error: NodeJS.ErrnoException, socket: Socket): void {
  // A client that reset the connection is not there to be answered.
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const refusal = refusalOf(error.code);
  const body = JSON.stringify(toRefusal(refusal));
  const { status } = ERRORS[refusal.code];
  const head = `${status} ${STATUS_CODES[status]}`;
  const type = 'content-type: application/json\r\nconnection: close';
  socket.end(`HTTP/1.1 ${head}\r\n${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
}

function refusalOf(code: string | undefined): EvenkeelError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new EvenkeelError('tooBig', 'the head of the request is longer than the bound');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new EvenkeelError('tooSlow', 'the head of the request did not come in the time it has');
  return new EvenkeelError('badBody', 'the request is no HTTP that can be read');
}

/** Answers a request that failed. Faults go to the log with their cause; refusals are the caller's business. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const known = toEvenkeelError(error);
  if (known.code === 'fault') request.log.error({ err: known.cause, url: request.url }, 'a request failed');
  if (known.code === 'unauthorized') reply.header('www-authenticate', 'Bearer');
  // What is left of an oversized or unwanted body is not worth reading.
  if (known.code === 'tooBig') reply.header('connection', 'close');
  reply.code(ERRORS[known.code].status).send(toRefusal(known));
}
