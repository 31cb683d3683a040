/**
 * What is made from the schemas and tables, so that none of it can drift: the names that editors offer into the schemas,
 * src/shapes/generated/NAME.ts from every schemas/NAME.schema.json, docs/reference.md, and schemas/openapi.json. --check
 * compares instead of writing.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compile } from 'json-schema-to-typescript';
import { addCompletions } from './parts/completions.mjs';
import { jsonText } from './parts/json-text.mjs';
import { openApiText } from './parts/openapi.mjs';
import { referencePage } from './parts/reference.mjs';
import { loadTables } from './parts/tables.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SCHEMAS = join(ROOT, 'schemas');
const DOCS = join(ROOT, 'docs');
const SUFFIX = '.schema.json';
/** The schemas that names of the code are laid into. */
const COMPLETED = ['rules', 'profile', 'rule-test'];

/** The texts of the completed schemas and of the page of reference, each by its file's name. */
export function completeSchemas(tables, folder = SCHEMAS) {
  const read = (name) => JSON.parse(readFileSync(join(folder, `${name}${SUFFIX}`), 'utf8'));
  const schemas = Object.fromEntries(COMPLETED.map((name) => [name, read(name)]));
  addCompletions(schemas, tables);
  return {
    completed: new Map(COMPLETED.map((name) => [`${name}${SUFFIX}`, jsonText(schemas[name])])),
    pages: new Map([['reference.md', referencePage(schemas, tables)]]),
  };
}

/** The OpenAPI document by its file's name, from the schemas in `folder`. */
export function describeApi(tables, folder = SCHEMAS) {
  const files = readdirSync(folder).filter((file) => file.endsWith(SUFFIX));
  const schemas = Object.fromEntries(
    files.map((file) => [basename(file, SUFFIX), JSON.parse(readFileSync(join(folder, file), 'utf8'))]),
  );
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return new Map([['openapi.json', openApiText(schemas, tables, version)]]);
}

/** The text of each generated file by its name, from the schemas in `folder`. */
export async function generateTypes(folder = SCHEMAS) {
  const texts = new Map();
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith(SUFFIX)) continue;
    const schema = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const text = await compile(withoutNames(schema), schema.title, {
      cwd: folder,
      // A schema that does not speak of other keys tolerates them; its type names only the known ones.
      additionalProperties: false,
      bannerComment: `// Generated from schemas/${file} by \`npm run schemas\`.`,
      style: { singleQuote: true, printWidth: 110 },
    });
    texts.set(`${basename(file, SUFFIX)}.ts`, text);
  }
  return texts;
}

/** Names that are only offered are no part of a type: where any name may stand, the listed ones go that need not be there. */
function withoutNames(node) {
  if (Array.isArray(node)) return node.map(withoutNames);
  if (typeof node !== 'object' || node === null) return node;
  const { properties = {}, required = [], additionalProperties, patternProperties } = node;
  const isOffered = (name) =>
    !required.includes(name) &&
    (typeof additionalProperties === 'object' || (patternProperties !== undefined && name.includes('.')));
  const kept = Object.entries(properties).filter(([name]) => !isOffered(name));
  const rest = Object.entries(node).filter(([key]) => key !== 'properties');
  return {
    ...Object.fromEntries(rest.map(([key, value]) => [key, withoutNames(value)])),
    ...(kept.length > 0
      ? { properties: Object.fromEntries(kept.map(([name, one]) => [name, withoutNames(one)])) }
      : {}),
  };
}

/** What is wrong with the files in `folder`, a sentence each; empty when they are what the schemas give. */
export function compareTypes(texts, folder) {
  const present = existsSync(folder) ? readdirSync(folder) : [];
  const surplus = present.filter((name) => !texts.has(name)).map((name) => `${name} has no schema`);
  return [...surplus, ...compareFiles(texts, folder, 'differs from its schema')];
}

/** The same for files that are not alone in their folder. */
export function compareFiles(texts, folder, differs) {
  const faults = [];
  for (const [name, text] of texts) {
    if (!existsSync(join(folder, name))) faults.push(`${name} is missing`);
    else if (readFileSync(join(folder, name), 'utf8') !== text) faults.push(`${name} ${differs}`);
  }
  return faults;
}

function writeTypes(texts, folder) {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (!texts.has(name)) rmSync(join(folder, name));
  writeFiles(texts, folder);
}

function writeFiles(texts, folder) {
  for (const [name, text] of texts) writeFileSync(join(folder, name), text);
}

async function main(args) {
  const unknown = args.filter((arg) => arg !== '--check');
  if (unknown.length > 0) {
    console.error(`expected nothing or --check, got ${unknown.join(' ')}`);
    return 2;
  }
  const types = join(ROOT, 'src', 'shapes', 'generated');
  const tables = await loadTables();
  const { completed, pages } = completeSchemas(tables);
  if (!args.includes('--check')) {
    writeFiles(completed, SCHEMAS);
    writeFiles(describeApi(tables), SCHEMAS);
    writeFiles(pages, DOCS);
    writeTypes(await generateTypes(), types);
    return 0;
  }
  const faults = [
    ...compareFiles(completed, SCHEMAS, 'differs from the tables of names').map((one) => `schemas: ${one}`),
    ...compareFiles(describeApi(tables), SCHEMAS, 'differs from routes and schemas').map(
      (one) => `schemas: ${one}`,
    ),
    ...compareFiles(pages, DOCS, 'differs from the schemas and tables').map((one) => `docs: ${one}`),
    ...compareTypes(await generateTypes(), types).map((one) => `src/shapes/generated: ${one}`),
  ];
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) console.error('Run `npm run schemas` and commit what it writes.');
  return faults.length > 0 ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = await main(process.argv.slice(2));
}
