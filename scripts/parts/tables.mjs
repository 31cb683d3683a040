/** The tables that schemas and pages are made from, out of the sources as they are now, whether or not the rest compiles. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { runNode } from './child.mjs';
import { CACHE, inRoot } from './root.mjs';

const SOURCES = [
  'src/facts/catalogue.ts',
  'src/shapes/knob-table.ts',
  'src/rules/problem-codes.ts',
  'src/errors.ts',
  'src/server/route-table.ts',
];

/** The exports of the source files that hold the tables, and the ids of the shipped rules. */
export async function loadTables() {
  const folder = join(CACHE, 'tables');
  rmSync(folder, { recursive: true, force: true });
  const options = ['--ignoreConfig', '--noCheck', '--module', 'nodenext', '--target', 'es2022'];
  const paths = ['--rootDir', inRoot('src'), '--outDir', folder, ...SOURCES.map(inRoot)];
  const code = await runNode(inRoot('node_modules/typescript/bin/tsc'), [...options, ...paths]);
  if (code !== 0) throw new Error(`the compiler ended with ${code}; what it said is above`);
  const load = (path) => import(pathToFileURL(join(folder, path)).href);
  const [{ CATALOGUE }, { KNOBS, WEIGHT_KNOB }, { PROBLEMS }, { ERRORS }, { ROUTES, REFUSED_EVERYWHERE }] =
    await Promise.all([
      load('facts/catalogue.js'),
      load('shapes/knob-table.js'),
      load('rules/problem-codes.js'),
      load('errors.js'),
      load('server/route-table.js'),
    ]);
  return {
    CATALOGUE,
    KNOBS,
    WEIGHT_KNOB,
    PROBLEMS,
    ERRORS,
    ROUTES,
    REFUSED_EVERYWHERE,
    ruleIds: readRuleIds(),
  };
}

/** The id of every shipped rule with its file, by file and in its order. */
export function readRuleIds() {
  const files = readdirSync(inRoot('rules')).filter((name) => /^[^.]+\.yaml$/.test(name));
  return files.sort().flatMap((name) => {
    const { rules = [] } = parse(readFileSync(inRoot(`rules/${name}`), 'utf8'));
    return rules.map(({ id }) => ({ id, file: `rules/${name}` }));
  });
}
