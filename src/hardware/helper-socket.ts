/** The helper's socket as the system has it: its name, its mode, its owner. */
import { once } from 'node:events';
import { chownSync, lstatSync, rmSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { dirname } from 'node:path';
import { makeFolder } from './make-folder.js';

/** How long the last words to a client may take, in ms. */
const LAST_WORDS_MS = 250;

/** Where the helper listens, and for whom. */
export interface SocketPlace {
  /** A path; a pipe's name on Windows. */
  address: string;
  /** The user that the socket belongs to; whoever runs the helper unless given. */
  owner?: { uid: number; gid: number };
}

/**
 * Listens on a socket that is closed to others from its first moment on (0600), then given to its user. The caller holds
 * the helper's lock: a socket that is there is one that was left behind. Rejects with the system's error.
 */
export async function listenAt(server: Server, { address, owner }: SocketPlace): Promise<void> {
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

function makeRoom(address: string): void {
  makeFolder(dirname(address));
  if (lstatSync(address, { throwIfNoEntry: false })?.isSocket() === true) rmSync(address);
}

/** Ends a connection after what was written to it has gone. */
export function endSocket(socket: Socket): void {
  socket.end();
  setTimeout(() => socket.destroy(), LAST_WORDS_MS).unref();
}
