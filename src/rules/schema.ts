/** JSON Schema's verdicts on a YAML file, told with their place and the nearest right name. */
import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { CATALOGUE } from '../facts/catalogue.js';
import { didYouMean, nearest } from '../nearest.js';
import type { Problem } from '../shapes/rule.js';
import type { LocatedDocument, Path } from './document.js';
import { meantKey } from './meant-key.js';

const SCHEMAS = new URL('../../schemas/', import.meta.url);
/** What the schemas say to editors alone. */
export const EDITOR_KEYWORDS: readonly string[] = ['defaultSnippets', 'markdownEnumDescriptions'];
const ajv = new Ajv({
  allErrors: true,
  verbose: true,
  allowUnionTypes: true,
  keywords: [...EDITOR_KEYWORDS],
  // Tests hold the schemas to draft-07; here it would cost every start a tenth of a second.
  meta: false,
  validateSchema: false,
});
const validators = new Map<string, ValidateFunction>();

/** Verdicts of the schema that are looked at. A file with more is wrong from end to end. */
const MAX_VERDICTS = 500;

/** A mistake and the path of the value it is about, from the root of the file. */
export interface SchemaMistake {
  path: Path;
  problem: Problem;
}

/** What a schema finds wrong with one file, bounded in number. */
export interface SchemaMistakes {
  mistakes: SchemaMistake[];
  /** False where there are more than were looked at. */
  areAll: boolean;
}

/** All mistakes a document has against `schemas/NAME.schema.json`; empty when it is of the schema. */
export function checkSchema(document: LocatedDocument, name: string): Problem[] {
  return findMistakes(document, name).mistakes.map(({ problem }) => problem);
}

/**
 * The same with the paths. With `part` the document is held to that definition of the schema, and `rule` names the
 * rule it is of.
 */
export function findMistakes(
  document: LocatedDocument,
  name: string,
  part?: string,
  rule?: string,
): SchemaMistakes {
  const validate = validatorOf(name, part);
  const errors = validate(document.data) ? [] : (validate.errors ?? []);
  const mistakes = new Map<string, SchemaMistake>();
  for (const error of withoutNoise(errors.slice(0, MAX_VERDICTS))) {
    const mistake = toMistake(document, error, rule ?? null);
    const { line, column, message } = mistake.problem;
    mistakes.set(`${line}:${column}:${message}`, mistake);
  }
  const sorted = [...mistakes.values()].sort(
    ({ problem: a }, { problem: b }) => a.line - b.line || a.column - b.column,
  );
  return { mistakes: sorted, areAll: errors.length <= MAX_VERDICTS };
}

function validatorOf(name: string, part: string | undefined): ValidateFunction {
  const key = part === undefined ? name : `${name}/${part}`;
  let validate = validators.get(key);
  if (validate === undefined) {
    if (part === undefined) {
      const text = readFileSync(new URL(`${name}.schema.json`, SCHEMAS), 'utf8');
      validate = ajv.compile(JSON.parse(text, withoutOffered));
    } else {
      const { $id = name } = validatorOf(name, undefined).schema as { $id?: string };
      validate = ajv.compile({ $ref: `${$id}#/definitions/${part}` });
    }
    validators.set(key, validate);
  }
  return validate;
}

/**
 * Leaves out the names that stand among the properties for editors to offer: what is said of any other name beside them
 * judges them too, a message that lists the keys would be a page long, and each would cost time at every start.
 */
function withoutOffered(_key: string, value: unknown): unknown {
  const schema = value as SchemaPart | null;
  if (typeof schema !== 'object' || schema?.properties === undefined) return value;
  const { properties, ...rest } = schema;
  if (typeof schema.additionalProperties === 'object') return rest;
  if (schema.patternProperties === undefined) return value;
  const own = Object.entries(properties).filter(([name]) => !name.includes('.'));
  return { ...rest, properties: Object.fromEntries(own) };
}

/**
 * A failed `anyOf` reports itself and each of its branches. Where a branch was meant (a map with a wrong key or value)
 * its own mistake says more; else the choice itself does. A name of the wrong form is told twice by the library.
 */
function withoutNoise(errors: ErrorObject[]): ErrorObject[] {
  const choices = new Set(
    errors.filter((error) => error.keyword === 'anyOf').map((error) => error.instancePath),
  );
  const isMeantBranch = (error: ErrorObject): boolean =>
    error.keyword === 'additionalProperties' || error.keyword === 'required';
  const meant = new Set(
    [...choices].filter((path) =>
      errors.some(
        (error) =>
          error.instancePath.startsWith(`${path}/`) || (error.instancePath === path && isMeantBranch(error)),
      ),
    ),
  );
  return errors.filter((error) => {
    if (error.propertyName !== undefined) return false;
    if (!choices.has(error.instancePath)) return true;
    return meant.has(error.instancePath) ? isMeantBranch(error) : error.keyword === 'anyOf';
  });
}

function toMistake(document: LocatedDocument, error: ErrorObject, rule: string | null): SchemaMistake {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  const extra = error.keyword === 'additionalProperties' ? String(error.params.additionalProperty) : null;
  const bad = error.keyword === 'propertyNames' ? String(error.params.propertyName) : extra;
  const at = document.locate(bad === null ? path : [...path, bad], bad !== null);
  return {
    path: error.keyword === 'propertyNames' && bad !== null ? [...path, bad] : path,
    problem: {
      ...at,
      code: codeOf(error),
      rule: rule ?? ruleAt(document.data, path),
      ...sentenceOf(error, bad),
      severity: 'error',
    },
  };
}

function codeOf(error: ErrorObject): string {
  const codes: Record<string, string> = {
    additionalProperties: 'unknown-key',
    propertyNames: 'bad-name',
    required: 'missing-key',
    dependencies: 'missing-key',
    enum: 'bad-word',
    const: 'bad-value',
    type: 'bad-type',
    anyOf: 'bad-type',
    pattern: 'bad-format',
  };
  return codes[error.keyword] ?? 'out-of-range';
}

/** As much of a schema as its sentences need. */
interface SchemaPart {
  required?: string[];
  properties?: object;
  patternProperties?: object;
  additionalProperties?: object | boolean;
  type?: string;
  $ref?: string;
  const?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  description?: string;
  examples?: unknown[];
}

const TYPES: Record<string, string> = {
  object: 'a map',
  array: 'a list',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  string: 'a text',
};

/** What the patterns of the schemas ask for, in words. */
const FORMS: Record<string, string> = {
  '^[a-z][a-z0-9-]*$': 'small letters, digits and hyphens, a letter first',
  '^[a-z0-9][a-z0-9-]*$': 'small letters, digits and hyphens',
  '^[a-zA-Z][a-zA-Z0-9-]*$': 'letters, digits and hyphens, a letter first',
  '^[a-z][a-zA-Z0-9-]*$': 'letters, digits and hyphens, a small letter first',
  '^[a-z][a-zA-Z]*$': 'letters, a small one first',
  '^[a-zA-Z]\\w*(\\.[\\w-]+)+$': 'a fact, source.quantityUnit',
  '^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$': 'a time with its unit: ms, s, m or h',
  '^[a-zA-Z][\\w.]*\\.(up|down)$': 'a knob and a way, such as "model.up"',
};

type Sentence = Pick<Problem, 'message' | 'expected'>;

function sentenceOf(error: ErrorObject, bad: string | null): Sentence {
  const got = show(error.data);
  const schema = (error.parentSchema ?? {}) as SchemaPart;
  const example = schema.examples?.[0] === undefined ? '' : `, such as ${show(schema.examples[0])}`;
  const count = Array.isArray(error.data) ? error.data.length : Object.keys(Object(error.data)).length;
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(bad ?? '', schema, example);
    case 'propertyNames':
      return {
        message: `the name "${bad}" is not of the right form`,
        expected: formOf(error.schema as SchemaPart),
      };
    case 'required':
      return {
        message: `the key "${error.params.missingProperty}" is missing`,
        expected: (schema.required ?? []).join(', '),
      };
    case 'dependencies': {
      const { missingProperty, property } = error.params;
      return { message: `the key "${missingProperty}" is missing`, expected: `it beside "${property}"` };
    }
    case 'enum': {
      const words = (error.params.allowedValues as unknown[]).map(String);
      return {
        message: `${got} is not known here${didYouMean(String(error.data), words)}`,
        expected: `one of ${words.join(', ')}`,
      };
    }
    case 'const':
      return { message: `${got} is not possible here`, expected: show(error.params.allowedValue) };
    case 'type': {
      const types = [error.params.type].flat().map((type: string) => TYPES[type] ?? type);
      const message = error.data === null ? 'nothing stands here' : `${got} is of the wrong type`;
      return { message, expected: `${types.join(' or ')}${example}` };
    }
    case 'anyOf':
      return {
        message: `${got} is not possible here`,
        expected: (error.schema as SchemaPart[]).map(choiceOf).reverse().join(' or '),
      };
    case 'pattern':
      return { message: `${got} is not of the right form`, expected: `${formOf(schema)}${example}` };
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
      return { message: `${got} is out of range`, expected: rangeOf(schema) };
    case 'multipleOf':
      return { message: `${got} is out of range`, expected: `a multiple of ${error.params.multipleOf}` };
    case 'minLength':
      return { message: 'the text is empty', expected: `at least one character${example}` };
    case 'minProperties':
      return { message: 'the map is empty', expected: `at least one key${example}` };
    case 'maxProperties':
      return { message: `the map has ${count} keys`, expected: `exactly one key${example}` };
    case 'minItems':
    case 'maxItems':
      return {
        message: count === 0 ? 'the list is empty' : `the list has ${entries(count)}`,
        expected: lengthOf(schema),
      };
    case 'uniqueItems': {
      const twice = (error.data as unknown[])[Number(error.params.i)];
      return { message: `the list has ${show(twice)} twice`, expected: 'each entry once' };
    }
    default:
      return { message: `${got} ${error.message ?? 'is not possible here'}`, expected: null };
  }
}

function unknownKey(bad: string, schema: SchemaPart, example: string): Sentence {
  const keys = Object.keys(schema.properties ?? {});
  if (schema.patternProperties !== undefined) {
    return {
      message: `unknown key "${bad}"${meantKey(bad, keys) || likeFact(bad)}`,
      expected: `one of ${keys.join(', ')}, or a fact${example}`,
    };
  }
  return { message: `unknown key "${bad}"${meantKey(bad, keys)}`, expected: `one of ${keys.join(', ')}` };
}

/** The hint for a fact whose source was left out. */
function likeFact(bad: string): string {
  const byQuantity = new Map(Object.keys(CATALOGUE).map((name) => [name.split('.').pop() ?? name, name]));
  const fact = byQuantity.get(nearest(bad, byQuantity.keys()) ?? '');
  return fact === undefined ? '' : `, did you mean "${fact}"?`;
}

function formOf({ pattern = '', description }: SchemaPart): string {
  return FORMS[pattern] ?? description ?? `a text like ${pattern}`;
}

function rangeOf({ type = 'number', minimum, maximum, exclusiveMinimum }: SchemaPart): string {
  const kind = TYPES[type] ?? type;
  if (exclusiveMinimum !== undefined) return `${kind} above ${exclusiveMinimum}`;
  if (minimum !== undefined && maximum !== undefined) return `${kind} from ${minimum} to ${maximum}`;
  return minimum === undefined ? `${kind} of at most ${maximum}` : `${kind} of at least ${minimum}`;
}

function lengthOf({ minItems, maxItems }: SchemaPart): string {
  if (minItems === maxItems) return `exactly ${entries(minItems ?? 0)}`;
  return minItems === undefined ? `at most ${entries(maxItems ?? 0)}` : `at least ${entries(minItems)}`;
}

function entries(count: number): string {
  return count === 1 ? '1 entry' : `${count} entries`;
}

/** One branch of a choice in words. */
function choiceOf(branch: SchemaPart): string {
  if (branch.$ref?.endsWith('/operandFact')) return '{ fact: name, times: k, plus: c }';
  if (branch.$ref?.endsWith('/literal')) return 'a number, a text, true or false';
  if (branch.const !== undefined) return show(branch.const);
  if (branch.minimum !== undefined) return `${rangeOf(branch)}, not 0`;
  return TYPES[branch.type ?? ''] ?? 'another value';
}

/** A value as it would stand in the file; long ones cut. */
export function show(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf';
  }
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function ruleAt(data: unknown, path: Path): string | null {
  const rules = (data as { rules?: unknown } | null)?.rules;
  if (path[0] !== 'rules' || typeof path[1] !== 'number' || !Array.isArray(rules)) return null;
  const id = (rules[path[1]] as { id?: unknown } | null)?.id;
  return typeof id === 'string' ? id : null;
}
