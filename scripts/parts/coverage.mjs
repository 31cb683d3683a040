/**
 * Branch, line and function coverage of src/ over the tests and the processes they start.
 *
 * vitest sees only what runs inside it; a command, a worker or a forked child runs dist/ in a process of its own
 * and shows as 0 %. Node writes what those ran into NODE_V8_COVERAGE's folder. Both are Istanbul data in the
 * end, and each file is shown by the better of the two: adding them up would count a branch twice where the two
 * compilers place it differently.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DIST, inRoot } from './root.mjs';

const require = createRequire(import.meta.url);
// These belong to vitest's coverage package and are found from where it lies.
const requireOfVitest = createRequire(require.resolve('@vitest/coverage-v8'));
const { mergeProcessCovs } = await importOfVitest('@bcoe/v8-coverage');
const { convert } = await importOfVitest('ast-v8-to-istanbul');
const { createCoverageMap, createFileCoverage } = requireOfVitest('istanbul-lib-coverage');
const { createContext } = requireOfVitest('istanbul-lib-report');
const reports = requireOfVitest('istanbul-reports');

async function importOfVitest(name) {
  return import(pathToFileURL(requireOfVitest.resolve(name)).href);
}

/**
 * Prints a summary and writes `coverage/coverage-summary.json`.
 *
 * @param {string} testsFile what vitest wrote, coverage-final.json
 * @param {string} childrenFolder what the children wrote
 * @param {string} mapsFolder dist/ once more, compiled with source maps
 */
export async function reportCoverage({ testsFile, childrenFolder, mapsFolder }) {
  const tests = createCoverageMap(JSON.parse(readFileSync(testsFile, 'utf8')));
  const children = await readChildren(childrenFolder, mapsFolder);
  const best = createCoverageMap({});
  for (const file of tests.files()) {
    const inTests = tests.fileCoverageFor(file);
    const inChildren = children.get(file);
    best.addFileCoverage(inChildren === undefined ? inTests : betterOf(inTests, inChildren));
  }
  const context = createContext({ dir: inRoot('coverage'), coverageMap: best });
  for (const name of ['text-summary', 'json-summary']) reports.create(name).execute(context);
  process.stdout.write(
    `${best.files().length} files, ${children.size} of them also run in child processes\n`,
  );
}

function betterOf(a, b) {
  return share(b) > share(a) ? b : a;
}

/** Branches first, since they are what is asked for; statements decide between files without any. */
function share(coverage) {
  const { branches, statements } = coverage.toSummary();
  return branches.pct * 1_000 + statements.pct;
}

/** Istanbul data by source path. A dump torn by a killed child is left out. */
async function readChildren(folder, mapsFolder) {
  const found = new Map();
  const { parseAstAsync } = await import('vitest/node');
  for (const script of mergeProcessCovs(readDumps(folder)).result) {
    const file = fileURLToPath(script.url);
    const mapFile = `${join(mapsFolder, relative(DIST, file))}.map`;
    if (!existsSync(mapFile)) continue;
    const code = readFileSync(file, 'utf8');
    const data = await convert({
      code,
      ast: parseAstAsync(code),
      coverage: script,
      sourceMap: readMap(mapFile),
    });
    for (const [source, coverage] of Object.entries(data)) found.set(source, createFileCoverage(coverage));
  }
  return found;
}

function readDumps(folder) {
  const ours = pathToFileURL(DIST + sep).href;
  const dumps = [];
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    try {
      const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
      dumps.push({ result: result.filter((script) => script.url.startsWith(ours)) });
    } catch {
      // Torn.
    }
  }
  return dumps;
}

/** With sources by full path, since the map lies elsewhere than the code it is for. */
function readMap(file) {
  const map = JSON.parse(readFileSync(file, 'utf8'));
  const base = pathToFileURL(file);
  const sources = map.sources.map((source) => fileURLToPath(new URL(source, base)));
  return {
    ...map,
    file: undefined,
    sources,
    sourcesContent: sources.map((source) => readFileSync(source, 'utf8')),
  };
}
