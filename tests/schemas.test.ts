import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
// @ts-expect-error A script without types.
import { readRuleIds } from '../scripts/parts/tables.mjs';
// @ts-expect-error A script without types.
import * as script from '../scripts/schemas.mjs';
import { ERRORS } from '../src/errors.js';
import { CATALOGUE } from '../src/facts/catalogue.js';
import { PROBLEMS } from '../src/rules/problem-codes.js';
import { EDITOR_KEYWORDS } from '../src/rules/schema.js';
import { REFUSED_EVERYWHERE, ROUTES } from '../src/server/route-table.js';
import { KNOBS, WEIGHT_KNOB } from '../src/shapes/knob-table.js';
import { filesBelow, ROOT, readJson } from './helpers/checkout.js';

const { compareFiles, compareTypes, completeSchemas, describeApi, generateTypes } = script;
const schemas = filesBelow('schemas', (path) => path.endsWith('.schema.json'));

interface Schema {
  $id: string;
  examples?: unknown[];
  definitions?: Record<string, { examples?: unknown[] }>;
}

/**
 * Has every schema, since some refer to others. Strict but for `type: [number, string]`, the plainest way to write a
 * knob's value, and for names that are offered.
 */
const ajv = new Ajv({
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  allowMatchingProperties: true,
  keywords: [...EDITOR_KEYWORDS],
  schemas: schemas.map((path) => readJson<Schema>(path)),
});

test.each(schemas)('%s compiles strictly and its examples are of it', (path) => {
  const schema = readJson<Schema>(path);
  const validate = ajv.compile({ $ref: schema.$id });
  for (const example of schema.examples ?? []) {
    expect(validate(example), JSON.stringify([example, validate.errors])).toBe(true);
  }
});

test.each(schemas)('the examples of the definitions of %s are of them', (path) => {
  const schema = readJson<Schema>(path);
  for (const [name, definition] of Object.entries(schema.definitions ?? {})) {
    const validate = ajv.compile({ $ref: `${schema.$id}#/definitions/${name}` });
    for (const example of definition.examples ?? []) {
      expect(validate(example), JSON.stringify([name, example, validate.errors])).toBe(true);
    }
  }
});

test('the names that the schemas offer, and the page of reference, are what schemas and tables give', () => {
  const { completed, pages } = completeSchemas({
    CATALOGUE,
    KNOBS,
    WEIGHT_KNOB,
    PROBLEMS,
    ruleIds: readRuleIds(),
  });
  const differs = 'differs; run npm run schemas';
  expect(compareFiles(completed, join(ROOT, 'schemas'), differs)).toEqual([]);
  expect(compareFiles(pages, join(ROOT, 'docs'), differs)).toEqual([]);
});

test('the OpenAPI document is what the table of routes and the schemas give', () => {
  const described = describeApi({ ROUTES, REFUSED_EVERYWHERE, ERRORS });
  expect(compareFiles(described, join(ROOT, 'schemas'), 'differs; run npm run schemas')).toEqual([]);
});

test('the generated types are what the schemas give', async () => {
  expect(compareTypes(await generateTypes(), join(ROOT, 'src/shapes/generated'))).toEqual([]);
}, 60_000);

test('a missing, a changed and a surplus generated file are each told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-types-'));
  try {
    cpSync(join(ROOT, 'src/shapes/generated'), folder, { recursive: true });
    rmSync(join(folder, 'bot-line.ts'));
    writeFileSync(join(folder, 'control.ts'), 'export type Control = never;\n');
    writeFileSync(join(folder, 'gone.ts'), '');
    expect(compareTypes(await generateTypes(), folder)).toEqual([
      'gone.ts has no schema',
      'bot-line.ts is missing',
      'control.ts differs from its schema',
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the script refuses arguments it does not know', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts/schemas.mjs'), '--chek'], {
    encoding: 'utf8',
  });
  expect(status).toBe(2);
  expect(stderr).toContain('--chek');
});
