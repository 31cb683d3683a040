/** Entry of the child process that looks once and ends. */
import { look } from './look.js';

const tell = (message: object): Promise<void> =>
  new Promise((resolve) => {
    process.send?.(message, () => resolve());
  });
const seen = await look((step, library) => tell({ kind: 'begins', step, library }));
await tell({ kind: 'seen', seen });
process.exit(0);
