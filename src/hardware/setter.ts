/** The writer with an agent of its own: it outlives that agent by as long as giving back takes. */
import { openDesk } from './open-desk.js';
import { describeReturned } from './say-returned.js';
import { type ClientStream, serveClient } from './serve-client.js';

/** How often, and in which ms, what could not be given back is tried again; then the journal waits for the next start. */
const RETRIES = 10;
const RETRY_MS = 1_000;

/** The argument with which the child leaves old journals to its client. */
export const LEAVE_JOURNALS = 'leave-journals';

/** What the child is started with. */
export interface SetterOptions {
  stream: ClientStream;
  env: NodeJS.ProcessEnv;
  /** Whether old journals are given back before the agent is heard. */
  recovers: boolean;
}

/** Serves one agent to its end; 0 when all was given back, 1 when something stays in the journal. */
export async function runSetter({ stream, env, recovers }: SetterOptions): Promise<number> {
  // A terminal sends Ctrl-C and its own end to every process in it, and a service manager its stop: this one ends when
  // its agent does, as that one says.
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => undefined);
  const { desk, name } = openDesk('setter', env);
  const left = recovers ? await desk.retry() : { given: [], problems: [] };
  const notes = describeReturned(left);
  await serveClient(stream, { desk, name, notesFor: () => notes.splice(0), ended: () => undefined });
  let isWaiting = desk.isBusy || left.problems.length > 0;
  for (let again = 0; again < RETRIES && isWaiting; again += 1) {
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    isWaiting = (await desk.retry()).problems.length > 0;
  }
  const { problems } = await desk.close('restore');
  return problems.length === 0 ? 0 : 1;
}
