/** Holds the directions in which `src/` imports to the code. */
import { homedir } from 'node:os';
import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { filesBelow, ROOT, readText } from './helpers/checkout.js';
import { blankComments, scanImports } from './helpers/imports.js';

/** Everything below the agent: stages and edges that meet only there. */
const INNER = [
  'samplers',
  'actuators',
  'hardware',
  'gpu',
  'bot',
  'rules',
  'facts',
  'decision',
  'frames',
  'models',
  'recordings',
  'report',
];

/**
 * Which folder of `src/` may import from which other ones, besides `shapes/` and the shared files below.
 * The direction is from the outside in: who starts something imports it, never the other way round.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
  commands: ['run', 'server', 'simulation', 'rule-tests', 'reload', 'sdk', 'agent', 'settings', ...INNER],
  // What `evenkeel run` and programs that embed the agent start.
  run: ['server', 'reload', 'sdk', 'agent', 'settings', ...INNER],
  // Its thread runs the rule tests before a book goes live; the agent is handed the result, and imports neither.
  reload: ['rule-tests', ...INNER],
  // Its file is read and checked as a rule file is.
  settings: ['rules'],
  server: ['agent', ...INNER],
  simulation: ['agent', ...INNER],
  'rule-tests': ['agent', ...INNER],
  agent: INNER,
  // A sampler reads a card, a bot or a recording, as often as the catalogue says.
  samplers: ['gpu', 'bot', 'recordings', 'facts'],
  actuators: ['hardware', 'gpu', 'bot'],
  // What writes to cards: their setters are beside the getters.
  hardware: ['gpu'],
  // gpu/recorded plays a recording; the catalogue says which facts a card has.
  gpu: ['recordings', 'facts'],
  bot: ['facts', 'frames'],
  rules: ['facts'],
  // The ladder's knobs are fitted with what the facts predict.
  decision: ['facts'],
  // The importers map foreign columns to the catalogue.
  recordings: ['facts'],
  report: ['facts', 'recordings'],
  facts: [],
  frames: [],
  models: [],
  shapes: [],
  // A bot imports the SDK: it stays free of the agent.
  sdk: ['frames'],
};

/** Files directly in `src/` that any folder may import. */
const SHARED_FILES = ['src/errors.ts', 'src/state-folder.ts', 'src/nearest.ts', 'src/count.ts', 'src/own.ts'];
/** Those that `sdk/` may import: they need nothing but Node. */
const SHARED_WITH_BOTS = ['src/state-folder.ts', 'src/nearest.ts'];

/** Plain functions of values: no files, sockets or clocks of their own. */
const PURE = [
  'src/facts/',
  'src/decision/',
  'src/frames/',
  'src/report/',
  'src/rules/evaluate.ts',
  'src/rules/compile.ts',
];
const PURE_MAY_IMPORT: Record<string, readonly string[]> = { 'src/decision/digest.ts': ['node:crypto'] };

const CLOCKS = /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bset(?:Timeout|Interval)\(|\bprocess\./;

/** Loaded only when needed: a machine without them must still run everything else. */
const LAZY = ['onnxruntime-node', 'koffi'];

const sources = filesBelow('src', (path) => /\.tsx?$/.test(path) && !path.startsWith('src/dashboard/'));

interface Edge {
  file: string;
  line: number;
  target: string;
  kind: string;
}

const edges: Edge[] = sources.flatMap((file) =>
  scanImports(readText(file)).map(({ from, line, kind }) => ({
    file,
    line,
    kind,
    target: from.startsWith('.') ? posix.join(posix.dirname(file), from).replace(/\.js(x?)$/, '.ts$1') : from,
  })),
);
const inside = edges.filter((edge) => edge.target.startsWith('src/'));

/** `src/gpu/nvml/card.ts` is of `gpu`; a file directly in `src/` is of none. */
function folderOf(path: string): string | null {
  const parts = path.split('/');
  return parts.length > 2 ? (parts[1] ?? null) : null;
}

function isAllowed({ file, target }: Edge): boolean {
  const from = folderOf(file);
  const to = folderOf(target);
  // main.ts and index.ts are the outside; shared files stand alone.
  if (from === null) return !SHARED_FILES.includes(file) || SHARED_FILES.includes(target) || to === 'shapes';
  if (to === null) {
    return SHARED_FILES.includes(target) && (from !== 'sdk' || SHARED_WITH_BOTS.includes(target));
  }
  return from === to || to === 'shapes' || (MAY_IMPORT[from]?.includes(to) ?? false);
}

function tell(found: Edge[]): string[] {
  return found.map(({ file, line, target }) => `${file}:${line} imports ${target}`);
}

test('every folder of src is in the table of layers', () => {
  const folders = new Set(sources.map(folderOf).filter((folder) => folder !== null));
  expect([...folders].filter((folder) => MAY_IMPORT[folder] === undefined)).toEqual([]);
});

test('imports run from the outside in', () => {
  expect(tell(inside.filter((edge) => !isAllowed(edge)))).toEqual([]);
});

test('every import of a file of ours names a file that exists', () => {
  const known = new Set(sources);
  const missing = inside.filter(({ target }) => !known.has(target) && !target.endsWith('.json'));
  expect(tell(missing)).toEqual([]);
});

test('no file imports itself by way of others', () => {
  expect(findCycle(inside)).toBeNull();
});

test('facts, decision, frames and report are plain functions: no node module, no clock, no process', () => {
  const isPure = (file: string): boolean => PURE.some((prefix) => file.startsWith(prefix));
  const impure = edges.filter(
    ({ file, target }) =>
      isPure(file) && target.startsWith('node:') && !PURE_MAY_IMPORT[file]?.includes(target),
  );
  expect(tell(impure)).toEqual([]);
  const clocked = sources.filter((file) => isPure(file) && CLOCKS.test(blankComments(readText(file))));
  expect(clocked).toEqual([]);
});

test('what may not be installed is loaded lazily', () => {
  const eager = edges.filter(({ target, kind }) => LAZY.includes(target) && kind === 'static');
  expect(tell(eager)).toEqual([]);
});

test('no file names a path of the machine it was written on', () => {
  const isText = (path: string): boolean => /\.(?:[cm]?[jt]sx?|json|ya?ml|md|py|toml|css|html)$/.test(path);
  // Put together here, so that this file does not name them either.
  const paths = [['', 'work', ''].join('/'), ROOT, `${homedir()}/`].filter((path) => path.length > 3);
  const named = filesBelow('', isText).flatMap((file) => {
    const text = readText(file);
    return paths.filter((path) => text.includes(path)).map((path) => `${file} names ${path}`);
  });
  expect(named).toEqual([]);
});

/** A cycle as `a → b → a`, or null. */
function findCycle(all: Edge[]): string | null {
  const next = new Map<string, string[]>();
  for (const { file, target } of all) next.set(file, [...(next.get(file) ?? []), target]);
  const done = new Set<string>();
  const visit = (file: string, path: string[]): string | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file].join(' → ');
    if (done.has(file)) return null;
    for (const target of next.get(file) ?? []) {
      const cycle = visit(target, [...path, file]);
      if (cycle !== null) return cycle;
    }
    done.add(file);
    return null;
  };
  for (const file of next.keys()) {
    const cycle = visit(file, []);
    if (cycle !== null) return cycle;
  }
  return null;
}

test('examples and templates are bots like any other: they import the package by its name, and what it exports', () => {
  const files = [...filesBelow('examples', isTypeScript), ...filesBelow('templates', isTypeScript)];
  const allowed = /^(?:\.\/|node:|evenkeel\/(?:sdk|models)$)/;
  const others = files.flatMap((file) =>
    scanImports(readText(file)).flatMap(({ from, line }) =>
      allowed.test(from) ? [] : [`${file}:${line} ${from}`],
    ),
  );
  expect(files.length).toBeGreaterThan(1);
  expect(others).toEqual([]);
});

function isTypeScript(path: string): boolean {
  return path.endsWith('.ts');
}
