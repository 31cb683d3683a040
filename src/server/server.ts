/** The agent's one HTTP server: opened on the loopback, closed with all that hangs on it. */
import { isUtf8 } from 'node:buffer';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { BotRegistry } from '../bot/index.js';
import { EvenkeelError } from '../errors.js';
import type { AgentPort } from '../shapes/port.js';
import { answerError, answerNoHttp, toRefusal } from './answers.js';
import { addBotRoutes } from './bot-routes.js';
import { addDescription } from './description.js';
import { addEvents } from './events.js';
import { addGuard, BODY_LIMIT_BYTES, isLoopbackHost } from './guard.js';
import { addMetrics } from './metrics-route.js';
import { addOfrepRoutes } from './ofrep-routes.js';
import { OpenStreams } from './open-streams.js';
import { addPatience, BODY_MS, HEAD_MS } from './patience.js';
import { addPersonRoutes } from './person-routes.js';
import { portTaken } from './port-taken.js';

/** Where an agent listens unless told else. */
export const DEFAULT_PORT = 7410;
/** Where the server listens unless told otherwise: out of other machines' reach. */
export const LOOPBACK = '127.0.0.1';

/** What is served, to whom and where. */
export interface ServerOptions {
  port: AgentPort;
  bots: BotRegistry;
  /** The bearer token that writes and bot lines need. */
  token: string;
  /** 0 takes any free port; 7410 unless given. */
  listenPort?: number;
  /** 127.0.0.1 unless given; elsewhere than on the loopback reads need the token too. */
  listenAddress?: string;
  /** How long a body may take, in ms; 10 s unless given. A bot's stream of lines has no such bound. */
  bodyMs?: number;
  log: FastifyBaseLogger;
  /** More groups of routes (the page); the guard stands before them too. */
  routes?: readonly ((app: FastifyInstance) => Promise<void>)[];
}

/** A server that listens, until it is closed. */
export interface AgentServer {
  /** Where it listens, `http://127.0.0.1:7410`. */
  readonly url: string;
  readonly port: number;
  /** What is served, as `GET /v1/state`; the HEAD that every GET also answers is left out. */
  readonly routes: readonly string[];
  /** Ends every stream and every connection, within half a second. */
  close(): Promise<void>;
}

/**
 * Opens the server.
 * @throws EvenkeelError `portTaken`, saying by whom; `badFlag` for an address this machine does not have.
 */
export async function openServer(options: ServerOptions): Promise<AgentServer> {
  const { port, bots, token, log, listenPort = DEFAULT_PORT, listenAddress = LOOPBACK } = options;
  const streams = new OpenStreams();
  const app = newApp(log);
  addPatience(app, options.bodyMs ?? BODY_MS);
  const routes: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) if (one !== 'HEAD') routes.push(`${one} ${url}`);
  });
  addGuard(app, { token, isPublic: !isLoopbackHost(listenAddress) });
  await app.register(addBotRoutes, { bots, streams });
  await app.register(addPersonRoutes, { port });
  await app.register(addEvents, { port, streams });
  await app.register(addOfrepRoutes, { port });
  await app.register(addMetrics, { port });
  await app.register(addDescription);
  for (const addRoutes of options.routes ?? []) await app.register(addRoutes);

  const url = await listen(app, listenAddress, listenPort);
  return {
    url,
    port: Number(new URL(url).port),
    routes,
    close: async () => {
      streams.endAll();
      // The answers that end the streams leave before their connections are cut.
      await new Promise((resolve) => setTimeout(resolve, 20));
      await app.close();
    },
  };
}

function newApp(log: FastifyBaseLogger): FastifyInstance {
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: true,
    clientErrorHandler: answerNoHttp,
    // A stream of lines is one request that lasts as long as the bot.
    requestTimeout: 0,
    http: { headersTimeout: HEAD_MS, connectionsCheckingInterval: HEAD_MS / 2 },
    routerOptions: { maxParamLength: 128 },
  });
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => {
    const message = `nothing is under ${request.method} ${request.url.split('?')[0]?.slice(0, 200)}`;
    reply.code(404).send(toRefusal(new EvenkeelError('unknownPath', message)));
  });
  app.removeAllContentTypeParsers();
  // Whatever a client calls its body, it is JSON: clients of standard libraries often name no type or another one.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      const bytes = Buffer.from(body);
      if (!isUtf8(bytes)) throw new SyntaxError('the body is no UTF-8');
      done(null, bytes.length === 0 ? undefined : JSON.parse(bytes.toString()));
    } catch (cause) {
      done(new EvenkeelError('badBody', `expected JSON: ${(cause as Error).message}`, { cause }));
    }
  });
  return app;
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw await portTaken(host, port, cause);
    const message = `cannot listen on ${host}:${port}: ${(cause as Error).message}`;
    throw new EvenkeelError('badFlag', message, { cause });
  }
}
