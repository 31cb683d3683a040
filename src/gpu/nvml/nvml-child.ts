/** Entry of the child process that reads the cards. */
import type { Question } from './messages.js';
import { serveNvml } from './serve.js';

const answer = serveNvml();
process.on('message', async (question: Question) => {
  const reply = await answer(question);
  if (process.connected) process.send?.(reply);
});
process.on('disconnect', () => process.exit(0));
// A person's Ctrl-C goes to the whole group; the agent ends this process when it has given back what it changed.
process.on('SIGINT', () => undefined);
