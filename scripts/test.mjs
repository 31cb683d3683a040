/**
 * `npm test`: types, lint, schemas, shipped rules and their tests, the tests of the Python client where there is a
 * Python, then the tests with coverage. Every step runs whatever the ones before it found, and the last line counts:
 * each test, and each other step, as one.
 * Arguments go to vitest: `npm test -- tests/facts`.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runChild, runNode } from './parts/child.mjs';
import { CACHE, inRoot } from './parts/root.mjs';
import { countTests } from './parts/vitest-result.mjs';

const MAPS = join(CACHE, 'maps');
const CHILDREN = join(CACHE, 'child-coverage');
const REPORT = join(CACHE, 'vitest.json');
const PYTHON_REPORT = join(CACHE, 'python.json');

const tsc = inRoot('node_modules/typescript/bin/tsc');
const STEPS = [
  // Compiled once more, with the source maps that coverage needs and dist/ does not ship.
  ['types of src', tsc, ['-p', inRoot('tsconfig.json'), '--outDir', MAPS, '--sourceMap']],
  ['types of examples', tsc, ['-p', inRoot('examples/tsconfig.json'), '--noEmit']],
  ['types of bench', tsc, ['-p', inRoot('bench/tsconfig.json'), '--noEmit']],
  ['types of tests', tsc, ['-p', inRoot('tests/tsconfig.json')]],
  ['lint', inRoot('node_modules/@biomejs/biome/bin/biome'), ['check', '.']],
  ['types match schemas', inRoot('scripts/schemas.mjs'), ['--check']],
  ['shipped rules and profiles', inRoot('dist/main.js'), ['validate', '--strict']],
  ['shipped rule tests', inRoot('dist/main.js'), ['test']],
];

const stdio = ['ignore', 'inherit', 'inherit'];
const total = { passed: 0, failed: 0 };
const failedSteps = [];

for (const leftover of [MAPS, CHILDREN, REPORT, PYTHON_REPORT, inRoot('coverage')]) {
  rmSync(leftover, { recursive: true, force: true });
}
for (const [name, script, args] of STEPS) {
  await step(name, async () => {
    const code = await runNode(script, args, { stdio });
    return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1, why: `exit code ${code}` };
  });
}
await step('tests of the Python client', runPythonTests);
await step('tests', runTests);
await step('coverage', runCoverage);
if (failedSteps.length > 0) process.stdout.write(`\nfailed: ${failedSteps.join(', ')}\n`);
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function step(name, run) {
  process.stdout.write(`\n── ${name}\n`);
  const startMs = performance.now();
  const { passed, failed, skipped = 0, why } = await run();
  total.passed += passed;
  total.failed += failed;
  if (failed > 0) failedSteps.push(name);
  const tookS = ((performance.now() - startMs) / 1000).toFixed(1);
  const counts =
    passed + failed + skipped > 1 ? `, ${passed} passed, ${failed} failed, ${skipped} skipped` : '';
  const reason = why === undefined ? '' : ` (${why})`;
  process.stdout.write(`   ${failed === 0 ? 'ok' : 'FAILED'}, ${tookS} s${counts}${reason}\n`);
}

async function runPythonTests() {
  const { command, args, version, why } = findPython();
  if (why !== undefined) {
    // A machine of a person may do without; one that vouches for a change may not.
    return process.env.CI === 'true'
      ? { passed: 0, failed: 1, why }
      : { passed: 0, failed: 0, skipped: 1, why };
  }
  process.stdout.write(`   ${[command, ...args].join(' ')}, Python ${version}\n`);
  const script = inRoot('clients/python/tests/run.py');
  const code = await runChild(command, [...args, '-B', script, '--report', PYTHON_REPORT], {
    stdio,
    env: { EVENKEEL_NODE: process.execPath },
  });
  if (!existsSync(PYTHON_REPORT)) return { passed: 0, failed: 1, why: `exit code ${code} and no report` };
  const counts = JSON.parse(readFileSync(PYTHON_REPORT, 'utf8'));
  if (code === 0 || counts.failed > 0) return counts;
  return { ...counts, failed: 1, why: `exit code ${code}` };
}

async function runTests() {
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
  const coverage = ['--coverage.enabled', '--coverage.reporter=json', '--coverage.reportOnFailure'];
  const code = await runNode(
    inRoot('node_modules/vitest/vitest.mjs'),
    [...args, ...coverage, ...process.argv.slice(2)],
    { stdio, env: { EVENKEEL_CHILD_COVERAGE: CHILDREN } },
  );
  return countTests(REPORT, code);
}

async function runCoverage() {
  try {
    const { reportCoverage } = await import('./parts/coverage.mjs');
    await reportCoverage({
      testsFile: inRoot('coverage/coverage-final.json'),
      childrenFolder: CHILDREN,
      mapsFolder: MAPS,
    });
    return { passed: 1, failed: 0 };
  } catch (error) {
    return { passed: 0, failed: 1, why: error.message };
  }
}
