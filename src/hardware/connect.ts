/** The two ways to a writer: a child of one's own, and the helper's socket. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { WriterStream } from './writer-link.js';

/** The compiled child beside this file. */
const ENTRY = fileURLToPath(new URL('./setter-child.js', import.meta.url));

/** How a child is started. */
export interface SetterChildOptions {
  /** The compiled entry; found beside this file unless said. */
  entry?: string | undefined;
  args?: string[];
}

/**
 * Starts a setter child. It is no part of the agent's process group, so that what ends the agent leaves it the time to
 * give back; it ends by itself when the agent's end of its pipes closes.
 */
export async function startSetterChild(
  env: NodeJS.ProcessEnv,
  { entry = ENTRY, args = [] }: SetterChildOptions = {},
): Promise<WriterStream> {
  const child = spawn(process.execPath, [entry, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: process.platform !== 'win32',
    windowsHide: true,
    env,
  });
  child.unref();
  child.stdin.on('error', () => undefined);
  await once(child, 'spawn');
  return {
    input: child.stdout,
    output: child.stdin,
    destroy() {
      child.stdin.end();
      child.stdout.destroy();
    },
    // A driver call may never return: nobody waits for the end of the process that is in it.
    kill: () => child.kill('SIGKILL'),
  };
}

/** Connects to the helper where it listens and lets this user in. */
export async function reachHelper(address: string): Promise<WriterStream | 'absent' | 'closed'> {
  try {
    return await connectHelper(address);
  } catch (error) {
    // A socket that nobody listens on is left behind by a helper that was killed.
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? 'closed' : 'absent';
  }
}

/** Connects to the helper; rejects with the system's error where nobody listens. */
export async function connectHelper(address: string): Promise<WriterStream> {
  const socket = createConnection(address);
  await once(socket, 'connect');
  return {
    input: socket,
    output: socket,
    destroy: () => socket.destroy(),
    kill: () => socket.destroy(),
  };
}
