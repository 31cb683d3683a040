import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

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
    include: ['tests/**/*.test.ts'],
    globalSetup: 'tests/helpers/global-setup.ts',
    testTimeout: 30_000,
    // Files of one worker share the modules that they import: loading them anew for each took a third of the time.
    // So nothing of the process outlives its file: no environment variable, no fake timer, no mocked module.
    isolate: false,
    // Half as many again as there are cores: tests that wait for a process leave theirs to another.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    env: childCoverage === undefined ? {} : { NODE_V8_COVERAGE: childCoverage },
    coverage: { provider: 'v8', include: ['src/**/*.ts'], exclude: ['src/shapes/generated/**'] },
  },
});
