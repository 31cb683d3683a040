/** The writer with an agent of its own: it outlives that agent by as long as giving back takes. */
import { openDesk } from './open-desk.js';
import { describeReturned } from './say-returned.js';
import { type ClientStream, serveClient } from './serve-client.js';

/** How often, and in which ms, what could not be given back is tried again; then the journal waits for the next start. */
const RETRIES = 10;
const RETRY_MS = 1_000;

/** What the child is started with. */
export interface SetterOptions {
  stream: ClientStream;
  env: NodeJS.ProcessEnv;
}

/** Serves one agent to its end; 0 when all was given back, 1 when something stays in the journal. */
export async function runSetter({ stream, env }: SetterOptions): Promise<number> {
  // A terminal sends Ctrl-C and its own end to every process in it: this one ends when the agent does.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.on('SIGTERM', () => stream.input.destroy());
  const { desk, name } = openDesk('setter', env);
  const notes = describeReturned(await desk.restore('stand'));
  await serveClient(stream, { desk, name, notesFor: () => notes.splice(0), ended: () => undefined });
  for (let again = 0; again < RETRIES && desk.isBusy; again += 1) {
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    await desk.retry();
  }
  const { problems } = await desk.close('restore');
  return problems.length === 0 ? 0 : 1;
}
