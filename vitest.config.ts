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
    // One for each core; the default leaves one core idle, which on two is half of the time.
    maxWorkers: '100%',
    env: childCoverage === undefined ? {} : { NODE_V8_COVERAGE: childCoverage },
    coverage: { provider: 'v8', include: ['src/**/*.ts'], exclude: ['src/shapes/generated/**'] },
  },
});
