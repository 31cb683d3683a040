/** Writes cards for the agent that started it, over its standard streams, and gives back what it wrote when that ends. */
import { LEAVE_JOURNALS, runSetter } from './setter.js';

process.exitCode = await runSetter({
  stream: { input: process.stdin, output: process.stdout, destroy: () => process.stdin.destroy() },
  env: process.env,
  recovers: process.argv[2] !== LEAVE_JOURNALS,
});
