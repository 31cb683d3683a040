import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/helpers/longest-first.js';
import { OWN_PROCESS } from './tests/helpers/own-process.js';

const source = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

/** Where the processes that tests start leave what they ran; scripts/test.mjs sets it and reports it. */
const childCoverage = process.env.EVENKEEL_CHILD_COVERAGE;

export default defineConfig({
  resolve: {
    alias: [
      { find: 'evenkeel/sdk', replacement: source('sdk/index.ts') },
      { find: 'evenkeel/models', replacement: source('models/index.ts') },
      { find: /^#src\/(.*)\.js$/, replacement: source('$1.ts') },
    ],
  },
  test: {
    globalSetup: 'tests/helpers/global-setup.ts',
    // For a machine that is busy with other things as well; no test waits for it.
    testTimeout: 60_000,
    // Half as many again as there are cores: tests that wait for a process leave theirs to another.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    sequence: { sequencer: LongestFirst },
    env: childCoverage === undefined ? {} : { NODE_V8_COVERAGE: childCoverage },
    projects: [
      // Files of one worker share a process and its modules: loading those anew for each file took a third of the time.
      {
        extends: true,
        test: { name: 'shared', include: ['tests/**/*.test.ts'], exclude: [...OWN_PROCESS], isolate: false },
      },
      { extends: true, test: { name: 'alone', include: [...OWN_PROCESS] } },
    ],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], exclude: ['src/shapes/generated/**'] },
  },
});
