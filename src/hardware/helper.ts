/** The helper: a small process with rights that lends cards over a socket, and nothing else. */
import { once } from 'node:events';
import { chownSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { EvenkeelError } from '../errors.js';
import { lockCard } from './card-lock.js';
import type { Desk, Returned } from './desk.js';
import type { AskPeer } from './peer.js';
import { describeReturned } from './say-returned.js';
import { serveClient } from './serve-client.js';

/** What the helper is opened with. */
export interface HelperOptions {
  desk: Desk;
  /** Who this is, for whoever finds a card locked. */
  name: string;
  /** Socket or pipe. */
  address: string;
  /** Of journals and locks. */
  folder: string;
  /** The user that the socket belongs to; whoever runs the helper unless given. */
  owner?: { uid: number; gid: number };
  /** Who may connect, by user id; everybody whom the socket lets in where nobody can tell. */
  allowedUids: ReadonlySet<number>;
  askPeer: AskPeer | null;
  /** What clients must know, where the system does not tell who they are. */
  secret?: string;
  log: (message: string) => void;
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
/** How often what could not be given back is tried again, in ms. */
const RETRY_MS = 10_000;
/** How long the last words to a client may take, in ms. */
const LAST_WORDS_MS = 250;

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
  await listen(server, options).catch((error: Error) => {
    lock.release();
    throw new EvenkeelError('portTaken', `the helper cannot listen on ${address}: ${error.message}`, {
      cause: error,
    });
  });
  const retrying = setInterval(async () => {
    if (!isWaiting) return;
    isWaiting = false;
    const returned = desk.isBusy ? await desk.retry() : await desk.restore('stand');
    isWaiting ||= returned.problems.length > 0;
  }, RETRY_MS);

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

/** The socket is closed to others from its first moment on, then given to its user. */
async function listen(server: Server, { address, owner }: HelperOptions): Promise<void> {
  const isFile = process.platform !== 'win32';
  if (isFile) makeRoom(address);
  const before = process.umask(0o177);
  // The name is made within the call; the mask is put back before anything else is.
  // Windows would let only administrators in; there the secret decides.
  server.listen(isFile ? { path: address } : { path: address, readableAll: true, writableAll: true });
  process.umask(before);
  await once(server, 'listening');
  if (isFile && owner !== undefined) chownSync(address, owner.uid, owner.gid);
}

/** This process holds the helper's lock: a socket that is there belongs to one that is gone. */
function makeRoom(address: string): void {
  try {
    mkdirSync(dirname(address), { mode: 0o755 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (lstatSync(address, { throwIfNoEntry: false })?.isSocket() === true) rmSync(address);
}

function endSocket(socket: Socket): void {
  socket.end();
  setTimeout(() => socket.destroy(), LAST_WORDS_MS).unref();
}

function tell(returned: Returned, log: (message: string) => void): Returned & { sentences: string[] } {
  const sentences = describeReturned(returned);
  for (const sentence of sentences) log(sentence);
  return { ...returned, sentences };
}
