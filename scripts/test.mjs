/**
 * `npm test`: types, lint, schemas, shipped rules and their tests, the tests of the Python client where there is a
 * Python, all of these two at a time; then the tests with coverage. Every step runs whatever the ones before it found, and
 * the last line counts: each test, and each other step, as one.
 * Arguments go to vitest: `npm test -- tests/facts`.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runNode } from './parts/child.mjs';
import { runKept, startInLanes } from './parts/lanes.mjs';
import { CACHE, inRoot } from './parts/root.mjs';
import { countTests } from './parts/vitest-result.mjs';

const MAPS = join(CACHE, 'maps');
const CHILDREN = join(CACHE, 'child-coverage');
const REPORT = join(CACHE, 'vitest.json');
const PYTHON_REPORT = join(CACHE, 'python.json');

const tsc = inRoot('node_modules/typescript/bin/tsc');
const CHECKS = [
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

/** As many as the cores of the smallest machine that tests are run on. */
const LANES = 2;

const stdio = ['ignore', 'inherit', 'inherit'];
const total = { passed: 0, failed: 0 };
const failedSteps = [];

for (const leftover of [MAPS, CHILDREN, REPORT, PYTHON_REPORT, inRoot('coverage')]) {
  rmSync(leftover, { recursive: true, force: true });
}
// Python's tests wait more than they compute: started first, they leave the others a core and a half.
const jobs = [runPythonTests, ...CHECKS.map(([, ...check]) => runCheck.bind(null, ...check))];
const [python, ...checks] = startInLanes(
  jobs.map((run) => () => timed(run)),
  LANES,
);
for (const [i, [name]] of CHECKS.entries()) tell(name, await checks[i]);
tell('tests of the Python client', await python);
for (const [name, run] of [
  ['tests', runTests],
  ['coverage', runCoverage],
]) {
  process.stdout.write(headOf(name));
  tellResult(name, await timed(run));
}
if (failedSteps.length > 0) process.stdout.write(`\nfailed: ${failedSteps.join(', ')}\n`);
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function timed(run) {
  const startMs = performance.now();
  // A step that cannot be taken is one that failed, and the others are taken all the same.
  const result = await run().catch((error) => ({ passed: 0, failed: 1, why: error.message }));
  return { ...result, tookS: (performance.now() - startMs) / 1000 };
}

function headOf(name) {
  return `\n── ${name}\n`;
}

function tell(name, { printed = '', ...result }) {
  process.stdout.write(`${headOf(name)}${printed}`);
  tellResult(name, result);
}

function tellResult(name, { passed, failed, skipped = 0, why, tookS }) {
  total.passed += passed;
  total.failed += failed;
  if (failed > 0) failedSteps.push(name);
  const counts =
    passed + failed + skipped > 1 ? `, ${passed} passed, ${failed} failed, ${skipped} skipped` : '';
  const reason = why === undefined ? '' : ` (${why})`;
  const verdict = failed === 0 ? 'ok' : 'FAILED';
  process.stdout.write(`   ${verdict}, ${tookS.toFixed(1)} s${counts}${reason}\n`);
}

async function runCheck(script, args) {
  const { code, printed } = await runKept(process.execPath, [script, ...args]);
  return code === 0
    ? { passed: 1, failed: 0, printed }
    : { passed: 0, failed: 1, printed, why: `exit code ${code}` };
}

async function runPythonTests() {
  const { findPython } = await import('../dist/bench/parts/python.js');
  const found = findPython();
  if (typeof found === 'string') {
    // A machine of a person may do without; one that vouches for a change may not.
    return process.env.CI === 'true'
      ? { passed: 0, failed: 1, why: found }
      : { passed: 0, failed: 0, skipped: 1, why: found };
  }
  const { command, args, version } = found;
  const script = inRoot('clients/python/tests/run.py');
  const { code, printed: said } = await runKept(command, [...args, '-B', script, '--report', PYTHON_REPORT], {
    env: { EVENKEEL_NODE: process.execPath },
  });
  const printed = `   ${[command, ...args].join(' ')}, Python ${version}\n${said}`;
  if (!existsSync(PYTHON_REPORT))
    return { passed: 0, failed: 1, printed, why: `exit code ${code} and no report` };
  const counts = JSON.parse(readFileSync(PYTHON_REPORT, 'utf8'));
  if (code === 0 || counts.failed > 0) return { ...counts, printed };
  return { ...counts, failed: 1, printed, why: `exit code ${code}` };
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
  const { reportCoverage } = await import('./parts/coverage.mjs');
  await reportCoverage({
    testsFile: inRoot('coverage/coverage-final.json'),
    childrenFolder: CHILDREN,
    mapsFolder: MAPS,
  });
  return { passed: 1, failed: 0 };
}
