/** Who may ask: a Host of this machine, no foreign web page, and the token for all that writes. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { EvenkeelError } from '../errors.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * `open` is for everyone (the page's own files), `read` for everyone on the loopback, `write` for who has the
     * token. GET and HEAD are `read`, all else `write`, unless a route says so.
     */
    access?: 'open' | 'read' | 'write';
  }
}

/** Longest body in bytes where a route does not say else: a hello of 64 models and 32 knobs is far below. */
export const BODY_LIMIT_BYTES = 262_144;

/** What a request is judged by. */
export interface GuardOptions {
  token: string;
  /** True when the server listens elsewhere than on the loopback; any IP address is a good Host then. */
  isPublic: boolean;
}

/**
 * Checks every request before its body is read, also those to paths that do not exist. Throws `foreignHost` (a name
 * that was made to point here: DNS rebinding), then `foreignOrigin`, then `unauthorized`.
 */
export function addGuard(app: FastifyInstance, { token, isPublic }: GuardOptions): void {
  const isToken = makeTokenCheck(token);
  app.addHook('onRequest', async (request) => {
    checkHost(request, isPublic);
    checkOrigin(request);
    if (!needsToken(request) || isToken(request.headers.authorization)) return;
    const message = 'expected "Authorization: Bearer TOKEN" with the token from the state folder';
    throw new EvenkeelError('unauthorized', message);
  });
}

/** Whether the host is this machine's loopback, by number or by the one name nobody can point elsewhere. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase();
  return name === 'localhost' || name === '[::1]' || name === '::1' || /^127(?:\.\d{1,3}){3}$/.test(name);
}

function checkHost({ headers, hostname }: FastifyRequest, isPublic: boolean): void {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  if (headers.host !== undefined && (isLoopbackHost(hostname) || (isPublic && isIP(bare) !== 0))) return;
  const message = `expected a Host of this machine such as 127.0.0.1, got ${headers.host ?? 'none'}`;
  throw new EvenkeelError('foreignHost', message);
}

/** A browser names the page that asks; only a page that came from the same address may. */
function checkOrigin({ headers }: FastifyRequest): void {
  const { origin, host } = headers;
  if (origin === undefined || origin.toLowerCase() === `http://${host?.toLowerCase()}`) return;
  throw new EvenkeelError('foreignOrigin', `expected no Origin or http://${host}, got ${origin}`);
}

function needsToken(request: FastifyRequest): boolean {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const access = request.routeOptions.config?.access ?? (isRead || request.is404 ? 'read' : 'write');
  if (access === 'open') return false;
  return access === 'write' || !isLoopbackHost(request.ip.replace(/^::ffff:/, ''));
}

/** Compares digests, so that neither the time taken nor the length tells how much of a guess is right. */
function makeTokenCheck(token: string): (header: string | undefined) => boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const wanted = digest(token);
  return (header) => {
    const said = /^bearer +(\S+) *$/i.exec(header ?? '')?.[1];
    return said !== undefined && timingSafeEqual(digest(said), wanted);
  };
}
