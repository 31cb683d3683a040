/** JSON Schema's verdicts on a YAML file, told with their place and the nearest right name. */
import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Problem } from '../shapes/rule.js';
import type { LocatedDocument } from './document.js';
import { didYouMean } from './nearest.js';

const SCHEMAS = new URL('../../schemas/', import.meta.url);
const ajv = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true });
const validators = new Map<string, ValidateFunction>();

/** All mistakes a document has against `schemas/NAME.schema.json`; empty when it is of the schema. */
export function checkSchema(document: LocatedDocument, name: string): Problem[] {
  let validate = validators.get(name);
  if (validate === undefined) {
    validate = ajv.compile(JSON.parse(readFileSync(new URL(`${name}.schema.json`, SCHEMAS), 'utf8')));
    validators.set(name, validate);
  }
  if (validate(document.data)) return [];
  const problems = new Map<string, Problem>();
  for (const error of withoutNoise(validate.errors ?? [])) {
    const problem = toProblem(document, error);
    problems.set(`${problem.line}:${problem.column}:${problem.message}`, problem);
  }
  return [...problems.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

/**
 * A failed `anyOf` reports itself and each of its branches. Where a branch was meant (a map with a wrong key) its
 * own mistake says more; else the choice itself does.
 */
function withoutNoise(errors: ErrorObject[]): ErrorObject[] {
  const choices = new Set(
    errors.filter((error) => error.keyword === 'anyOf').map((error) => error.instancePath),
  );
  const isMeantBranch = (error: ErrorObject): boolean =>
    error.keyword === 'additionalProperties' || error.keyword === 'required';
  const better = new Set(
    errors
      .filter((error) => choices.has(error.instancePath) && isMeantBranch(error))
      .map((e) => e.instancePath),
  );
  return errors.filter((error) => {
    if (!choices.has(error.instancePath)) return error.keyword !== 'not';
    return better.has(error.instancePath) ? isMeantBranch(error) : error.keyword === 'anyOf';
  });
}

function toProblem(document: LocatedDocument, error: ErrorObject): Problem {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((step) => decodeURIComponent(step.replaceAll('~1', '/').replaceAll('~0', '~')));
  const steps = path.map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  const extra = error.keyword === 'additionalProperties' ? String(error.params.additionalProperty) : null;
  const bad = error.keyword === 'propertyNames' ? String(error.params.propertyName) : extra;
  const at = document.locate(bad === null ? steps : [...steps, bad], bad !== null);
  const { message, expected } = sentenceOf(error, bad);
  return {
    ...at,
    code: codeOf(error),
    rule: ruleAt(document.data, steps),
    message,
    expected,
    severity: 'error',
  };
}

function codeOf(error: ErrorObject): string {
  const codes: Record<string, string> = {
    additionalProperties: 'unknown-key',
    propertyNames: 'bad-name',
    required: 'missing-key',
    enum: 'bad-word',
    const: 'bad-value',
    type: 'bad-type',
    anyOf: 'bad-type',
    pattern: 'bad-format',
  };
  return codes[error.keyword] ?? 'out-of-range';
}

function sentenceOf(error: ErrorObject, bad: string | null): { message: string; expected: string | null } {
  const got = show(error.data);
  const schema = (error.parentSchema ?? {}) as {
    properties?: object;
    examples?: unknown[];
    pattern?: string;
    description?: string;
  };
  const example = schema.examples?.[0] === undefined ? '' : `, such as ${show(schema.examples[0])}`;
  switch (error.keyword) {
    case 'additionalProperties': {
      const keys = Object.keys(schema.properties ?? {});
      const names = keys.length > 0 ? `one of ${keys.join(', ')}` : `a name of the right form${example}`;
      return { message: `unknown key "${bad}"${didYouMean(bad ?? '', keys)}`, expected: names };
    }
    case 'propertyNames':
      return {
        message: `the name "${bad}" is not of the right form`,
        expected: 'letters, digits and hyphens, a letter first',
      };
    case 'required':
      return {
        message: `the key "${error.params.missingProperty}" is missing`,
        expected: `"${error.params.missingProperty}"`,
      };
    case 'enum': {
      const words = (error.params.allowedValues as unknown[]).map(String);
      return {
        message: `${got} is not known here${didYouMean(String(error.data), words)}`,
        expected: `one of ${words.join(', ')}`,
      };
    }
    case 'const':
      return { message: `${got} is not possible here`, expected: show(error.params.allowedValue) };
    case 'type':
      return {
        message: `${got} is of the wrong type`,
        expected: `a ${[error.params.type].flat().join(' or ')}${example}`,
      };
    case 'anyOf':
      return {
        message: `${got} is not possible here`,
        expected: `${schema.description ?? 'a literal, or { fact: name, times: k, plus: c }'}${example}`,
      };
    case 'pattern':
      return {
        message: `${got} is not of the right form`,
        expected: `${schema.description ?? `a text like ${schema.pattern}`}${example}`,
      };
    case 'minProperties':
      return { message: 'the map is empty', expected: `at least one key${example}` };
    case 'maxProperties':
      return {
        message: `the map has ${Object.keys(error.data as object).length} keys`,
        expected: `exactly one key${example}`,
      };
    case 'minItems':
      return {
        message: `the list has ${(error.data as unknown[]).length} entries`,
        expected: `at least ${error.params.limit}`,
      };
    default:
      return {
        message: `${got} ${error.message ?? 'is not possible here'}`,
        expected: error.message ?? null,
      };
  }
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function ruleAt(data: unknown, path: readonly (string | number)[]): string | null {
  const rules = (data as { rules?: unknown } | null)?.rules;
  if (path[0] !== 'rules' || typeof path[1] !== 'number' || !Array.isArray(rules)) return null;
  const id = (rules[path[1]] as { id?: unknown } | null)?.id;
  return typeof id === 'string' ? id : null;
}
