/** Steps that run beside each other and are told one after the other. */
import { text } from 'node:stream/consumers';
import { runChild } from './child.mjs';

/**
 * Starts `jobs` in their order with at most `lanes` of them under way, and gives the promise of each at once: whoever
 * awaits them in turn tells them in their order, however they end.
 */
export function startInLanes(jobs, lanes) {
  const queue = jobs.map((job) => {
    const entry = { job };
    entry.result = new Promise((resolve) => {
      entry.end = resolve;
    });
    return entry;
  });
  const results = queue.map(({ result }) => result);
  const run = async () => {
    const entry = queue.shift();
    if (entry === undefined) return;
    // Whoever awaits the result is told of a failure; the lane goes on after it.
    entry.end(Promise.resolve().then(entry.job));
    await entry.result.then(run, run);
  };
  for (let lane = 0; lane < lanes; lane++) run();
  return results;
}

/** Runs a command and keeps what it prints, standard output before standard error: `{ code, printed }`. */
export async function runKept(command, args, options = {}) {
  let printed;
  const code = await runChild(command, args, {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
    started: (child) => {
      printed = Promise.all([text(child.stdout), text(child.stderr)]);
    },
  });
  return { code, printed: (await printed).join('') };
}
