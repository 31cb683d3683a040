/**
 * `npm run soak`: the long counts of the tests that `npm test` runs with short ones (thousands of saves, of hostile
 * files, of random books). They are those that read EVENKEEL_SOAK. Arguments go to vitest.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runNode } from './parts/child.mjs';
import { inRoot, ROOT } from './parts/root.mjs';

const TESTS = inRoot('tests');
const files = readdirSync(TESTS, { recursive: true })
  .map((name) => join(TESTS, name))
  .filter(
    (file) => file.endsWith('.test.ts') && readFileSync(file, 'utf8').includes('process.env.EVENKEEL_SOAK'),
  )
  .map((file) => relative(ROOT, file));

// One file after the other, so that none takes the time of another's clock.
const args = ['run', '--no-file-parallelism', '--testTimeout=1800000', ...files, ...process.argv.slice(2)];
process.exitCode = await runNode(inRoot('node_modules/vitest/vitest.mjs'), args, {
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { EVENKEEL_SOAK: '1' },
});
