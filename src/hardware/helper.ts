/** The helper: a small process with rights that lends cards over a socket, and nothing else. */
import { createServer, type Socket } from 'node:net';
import { EvenkeelError, reasonOf } from '../errors.js';
import { lockCard } from './card-lock.js';
import type { Desk } from './desk.js';
import { endSocket, listenAt, type SocketPlace } from './helper-socket.js';
import type { Returned } from './lent-cards.js';
import type { AskPeer } from './peer.js';
import { describeReturned } from './say-returned.js';
import { serveClient } from './serve-client.js';

/** What the helper is opened with. */
export interface HelperOptions extends SocketPlace {
  desk: Desk;
  /** Who this is, for whoever finds a card locked. */
  name: string;
  /** Of journals and locks. */
  folder: string;
  /** Who may connect, by user id; everybody whom the socket lets in where nobody can tell. */
  allowedUids: ReadonlySet<number>;
  askPeer: AskPeer | null;
  /** What clients must know, where the system does not tell who they are. */
  secret?: string;
  log: (message: string) => void;
  /** How often what could not be given back is tried again, in ms; 10 000 unless said. */
  retryMs?: number;
}

/** A helper that listens. */
export interface Helper {
  /** Ends all leases, gives all back, and removes the socket. */
  close(): Promise<Returned>;
}

/** More clients at once than any machine has agents; what comes above is turned away. */
const MAX_CLIENTS = 16;
/** Sessions that ended, kept for when their client comes back. */
const MAX_ENDED = 64;
const RETRY_MS = 10_000;

/**
 * Gives back what an earlier one left behind, then listens.
 * @throws EvenkeelError `alreadyRunning` where another helper runs, `portTaken` where the address cannot be had.
 */
export async function openHelper(options: HelperOptions): Promise<Helper> {
  const { desk, name, address, folder, log } = options;
  const lock = await lockCard(folder, 'gpu-helper', name);
  if (!lock.ok) throw new EvenkeelError('alreadyRunning', `the helper cannot start: ${lock.why}`);
  const ended = new Map<string, string[]>();
  const clients = new Map<Socket, Promise<void>>();
  let isWaiting = tell(await desk.restore('stand'), log).problems.length > 0;

  const serve = (socket: Socket): Promise<void> => {
    const refusal = refusePeer(socket, options);
    if (refusal !== null) {
      log(refusal);
      socket.destroy();
      return Promise.resolve();
    }
    return serveClient(
      { input: socket, output: socket, destroy: () => endSocket(socket) },
      {
        desk,
        name,
        ...(options.secret === undefined ? {} : { secret: options.secret }),
        notesFor(session) {
          const notes = ended.get(session) ?? [];
          ended.delete(session);
          return notes;
        },
        ended(session, why, returned) {
          const told = tell(returned, log).sentences;
          isWaiting ||= returned.problems.length > 0;
          log(`a client ended: ${why}`);
          if (session === null || why === 'bye') return;
          ended.set(session, [`the lease ended: ${why}`, ...told]);
          for (const oldest of [...ended.keys()].slice(0, -MAX_ENDED)) ended.delete(oldest);
        },
      },
    );
  };
  const server = createServer((socket) => {
    // The connection is read by its server; an error without a reader would end the process.
    socket.on('error', () => undefined);
    const served = serve(socket).finally(() => clients.delete(socket));
    clients.set(socket, served);
  });
  server.maxConnections = MAX_CLIENTS;
  await listenAt(server, options).catch((error: Error) => {
    lock.release();
    throw new EvenkeelError('portTaken', `the helper cannot listen on ${address}: ${error.message}`, {
      cause: error,
    });
  });
  const retry = async (): Promise<void> => {
    isWaiting = false;
    const { given, problems } = await desk.retry();
    isWaiting ||= problems.length > 0;
    tell({ given: given.filter(({ outcome }) => outcome !== 'failed'), problems: [] }, log);
  };
  const retrying = setInterval(() => {
    if (!isWaiting) return;
    retry().catch((error: unknown) => {
      isWaiting = true;
      log(`giving back failed: ${reasonOf(error)}`);
    });
  }, options.retryMs ?? RETRY_MS);

  return {
    async close() {
      clearInterval(retrying);
      server.close();
      for (const socket of clients.keys()) socket.destroy();
      await Promise.all(clients.values());
      const returned = await desk.close('restore');
      tell(returned, log);
      lock.release();
      return returned;
    },
  };
}

function refusePeer(socket: Socket, { askPeer, allowedUids }: HelperOptions): string | null {
  if (askPeer === null) return null;
  const peer = askPeer(socket);
  if (peer === null) return 'a client was turned away: nobody can tell who it is';
  if (allowedUids.has(peer.uid)) return null;
  return `a client was turned away: user ${peer.uid} (pid ${peer.pid}) is not among ${[...allowedUids].join(', ')}`;
}

function tell(returned: Returned, log: (message: string) => void): Returned & { sentences: string[] } {
  const sentences = describeReturned(returned);
  for (const sentence of sentences) log(sentence);
  return { ...returned, sentences };
}
