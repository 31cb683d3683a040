/** JSON Schema's verdict on what comes over the wire, as a value and in one sentence. */
import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject } from 'ajv';

/** A value that is as its schema says, or one sentence on what is wrong with it. */
export type Checked<T> = { ok: true; value: T } | { ok: false; message: string };

/** Schemas lie beside `src/` and `dist/` alike. */
const SCHEMAS = new URL('../../schemas/', import.meta.url);
const ajv = new Ajv({ strict: true });

/**
 * A check against `schemas/NAME.schema.json`, or against one of its definitions. The schema is read and compiled
 * when the check is made, so make it once.
 */
export function makeCheck<T>(name: string, definition?: string): (value: unknown) => Checked<T> {
  const id = `${name}.schema.json`;
  if (ajv.getSchema(id) === undefined) ajv.addSchema(JSON.parse(readFileSync(new URL(id, SCHEMAS), 'utf8')));
  const validate = ajv.compile<T>({
    $ref: definition === undefined ? id : `${id}#/definitions/${definition}`,
  });
  return (value) =>
    validate(value) ? { ok: true, value } : { ok: false, message: sentenceOf(validate.errors ?? []) };
}

/** The most specific mistake: a failed choice reports its branches first and itself last. */
function sentenceOf(errors: ErrorObject[]): string {
  const error = errors.at(-1);
  if (error === undefined) return 'not of the schema';
  const where = error.instancePath === '' ? '' : `${error.instancePath.slice(1).replaceAll('/', '.')}: `;
  switch (error.keyword) {
    case 'propertyNames':
      return `${where}no such key is possible: ${JSON.stringify(error.params.propertyName)}`;
    case 'additionalProperties':
      return `${where}unknown key ${JSON.stringify(error.params.additionalProperty)}`;
    case 'required':
      return `${where}the key ${error.params.missingProperty} is missing`;
    case 'enum':
      return `${where}expected one of ${(error.params.allowedValues as unknown[]).join(', ')}`;
    case 'const':
      return `${where}expected ${JSON.stringify(error.params.allowedValue)}`;
    case 'anyOf':
      return `${where}expected ${choicesOf(errors.slice(0, -1))}`;
    default:
      return `${where}${error.message ?? 'not of the schema'}`;
  }
}

function choicesOf(errors: ErrorObject[]): string {
  const types = errors.filter(({ keyword }) => keyword === 'type').map(({ params }) => String(params.type));
  const bounds = errors.filter(({ keyword }) => keyword !== 'type').map(({ message }) => message ?? '');
  return bounds.length > 0 ? `that it ${bounds.join(' or ')}` : `a ${types.join(' or a ')}`;
}
