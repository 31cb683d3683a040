// Makes src/shapes/generated/NAME.ts from every schemas/NAME.schema.json; --check compares instead of writing.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compileFromFile } from 'json-schema-to-typescript';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SUFFIX = '.schema.json';

/** The text of each generated file by its name, from the schemas in `folder`. */
export async function generateTypes(folder = join(ROOT, 'schemas')) {
  const texts = new Map();
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith(SUFFIX)) continue;
    const text = await compileFromFile(join(folder, file), {
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

/** What is wrong with the files in `folder`, a sentence each; empty when they are what the schemas give. */
export function compareTypes(texts, folder) {
  const present = existsSync(folder) ? readdirSync(folder) : [];
  const surplus = present.filter((name) => !texts.has(name)).map((name) => `${name} has no schema`);
  const differing = [];
  for (const [name, text] of texts) {
    if (!present.includes(name)) differing.push(`${name} is missing`);
    else if (readFileSync(join(folder, name), 'utf8') !== text)
      differing.push(`${name} differs from its schema`);
  }
  return [...surplus, ...differing];
}

function writeTypes(texts, folder) {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (!texts.has(name)) rmSync(join(folder, name));
  for (const [name, text] of texts) writeFileSync(join(folder, name), text);
}

async function main(args) {
  const unknown = args.filter((arg) => arg !== '--check');
  if (unknown.length > 0) {
    console.error(`expected nothing or --check, got ${unknown.join(' ')}`);
    return 2;
  }
  const folder = join(ROOT, 'src', 'shapes', 'generated');
  const texts = await generateTypes();
  if (!args.includes('--check')) {
    writeTypes(texts, folder);
    return 0;
  }
  const faults = compareTypes(texts, folder);
  for (const fault of faults) console.error(`src/shapes/generated: ${fault}`);
  if (faults.length > 0) console.error('Run `npm run schemas` and commit what it writes.');
  return faults.length > 0 ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = await main(process.argv.slice(2));
}
