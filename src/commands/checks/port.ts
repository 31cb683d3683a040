import { createServer } from 'node:net';
import type { EvenkeelError } from '../../errors.js';
import { portTaken } from '../../server/port-taken.js';
import { type Check, fine } from './check.js';

/** Whether the agent could listen there, or does already. */
export async function checkPort(address: string, port: number): Promise<Check> {
  const name = 'port';
  if (port === 0) return fine(name, 'any free one is taken');
  const error = await tryListen(address, port);
  if (error === null) return fine(name, `${address}:${port} is free`);
  if (error.code !== 'EADDRINUSE') {
    const remedy = 'set listen to an address of this machine, or port to another port';
    return { name, ok: false, found: `${address}:${port} cannot be used: ${error.message}`, remedy };
  }
  const taken: EvenkeelError = await portTaken(address, port, error);
  const { version } = taken.details;
  if (version !== null) return fine(name, `an agent (version ${version}) is running on ${address}:${port}`);
  const remedy = 'stop it, or set port (--port) to another one; 0 takes any free one';
  return { name, ok: false, found: `another program listens on ${address}:${port}`, remedy };
}

function tryListen(host: string, port: number): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
