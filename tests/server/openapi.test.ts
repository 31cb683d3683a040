/** The OpenAPI document against the server that it describes. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROUTES } from '../../src/server/route-table.js';
import { type FakeAgent, openFakeAgent } from '../helpers/fake-agent.js';
import { ask } from '../helpers/http.js';

interface Operation {
  operationId: string;
  security: Record<string, unknown>[];
  parameters?: { name: string; in: string }[];
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

let agent: FakeAgent;
let document: Document;

beforeAll(async () => {
  agent = await openFakeAgent();
  document = (await ask(`${agent.url}/v1/openapi.json`)).json;
});
afterAll(() => agent.server.close());

/** Each operation with its method and path. */
const operations = (): { method: string; path: string; operation: Operation }[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );

test('it has every route of the server and no other', () => {
  const described = operations().map(({ method, path }) => `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`);
  expect(described.sort()).toEqual([...agent.server.routes].sort());
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(operations()).toHaveLength(ROUTES.length);
});

test('each operation has an id of its own and tells the parts of its path', () => {
  const ids = operations().map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { path, operation } of operations()) {
    const told = (operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name);
    expect(told, path).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  }
});

test('who needs the token for what is as it says', async () => {
  for (const { method, path, operation } of operations()) {
    // An event stream goes on; what it asks for is asked before it begins.
    if (path.endsWith('/events')) continue;
    const { status } = await ask(`${agent.url}${path.replace(/\{\w+\}/, 'model')}`, { method });
    const needsToken = !operation.security.some((one) => Object.keys(one).length === 0);
    expect(status === 401, `${method} ${path} answered ${status}`).toBe(needsToken);
  }
});

test('its schemas compile as what OpenAPI 3.1 takes them for, and every reference leads somewhere', () => {
  const ajv = new Ajv2020({
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    keywords: ['components'],
  });
  ajv.addSchema({ $id: 'document', components: document.components });
  for (const name of Object.keys(document.components.schemas))
    ajv.compile({ $ref: `document#/components/schemas/${name}` });
  const references = JSON.stringify(document.paths).match(/#\/components\/schemas\/\w+/g) ?? [];
  for (const reference of new Set(references)) ajv.compile({ $ref: `document${reference}` });
  expect(references.length).toBeGreaterThan(ROUTES.length);
});
