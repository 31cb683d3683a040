/** Who is at the other end of a socket, as the kernel tells it. */
import type { Socket } from 'node:net';

/** Process and user of a connected program. */
export interface Peer {
  pid: number;
  uid: number;
}

/** Asks about a socket; null where the kernel does not answer. */
export type AskPeer = (socket: Socket) => Peer | null;

/** `SOL_SOCKET` and `SO_PEERCRED` of Linux (socket(7)); the answer is a `struct ucred` of three ints: pid, uid, gid. */
const [SOL_SOCKET, SO_PEERCRED] = [1, 17];

/** A way to ask, or null where the platform has none: then the socket's mode alone decides who gets in. */
export async function openAskPeer(platform: string = process.platform): Promise<AskPeer | null> {
  if (platform !== 'linux') return null;
  const { default: koffi } = await import('koffi');
  const getsockopt = koffi.load(null).func('int getsockopt(int, int, int, void *, void *)') as (
    ...args: unknown[]
  ) => number;
  return (socket) => {
    // Node has no public name for the descriptor of a socket.
    const file = (socket as unknown as { _handle?: { fd?: number } })._handle?.fd;
    if (file === undefined || file < 0) return null;
    const [credentials, length] = [new Int32Array(3), Uint32Array.of(12)];
    if (getsockopt(file, SOL_SOCKET, SO_PEERCRED, credentials, length) !== 0) return null;
    const [pid = 0, uid = 0] = credentials;
    return { pid, uid: uid >>> 0 };
  };
}
