/** Compiles src/ to dist/, examples/ to dist/examples/ and bench/ to dist/bench/, from an empty dist/. */
import { rmSync } from 'node:fs';
import { runNode } from './parts/child.mjs';
import { DIST, inRoot } from './parts/root.mjs';
import { hashOfSources, markBuilt } from './parts/stamps.mjs';

const hash = hashOfSources();
// Windows holds files that a virus scanner or an editor has open for a moment.
rmSync(DIST, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });

// The examples import the SDK by the package's own name, and bench/ the agent as #src/…: src/ comes first.
for (const project of ['tsconfig.json', 'examples/tsconfig.json', 'bench/tsconfig.json']) {
  const code = await runNode(inRoot('node_modules/typescript/bin/tsc'), ['-p', inRoot(project)]);
  if (code !== 0) process.exit(code);
}
markBuilt(hash);
