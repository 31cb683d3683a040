/** What an editor shows of the files that people write: completion by the schemas alone has to teach the language. */
import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { CATALOGUE } from '../src/facts/catalogue.js';
import { EDITOR_KEYWORDS } from '../src/rules/schema.js';
import { KNOBS } from '../src/shapes/knob-table.js';
import { filesBelow, ROOT, readJson, readText } from './helpers/checkout.js';
import {
  descriptionOf,
  keysAt,
  layersOf,
  type SchemaNode,
  valuesAt,
  withoutMarks,
} from './helpers/completion.js';

/** The files that people write; the others are for programs. */
const WRITTEN = ['rules', 'profile', 'config', 'rule-test']
  .map((name) => `schemas/${name}.schema.json`)
  .filter((path) => existsSync(join(ROOT, path)));
const rules = readJson<SchemaNode>('schemas/rules.schema.json');
const shipped = filesBelow('', (path) => /^(?:rules|profiles)\/[^/]+\.yaml$/.test(path));

/** Every schema below a node with its path, the node itself first. */
function walk(node: SchemaNode, path: string): [path: string, node: SchemaNode][] {
  const maps = [node.properties, node.definitions, node.patternProperties];
  const inner = maps.flatMap((map) => Object.entries(map ?? {}));
  const lists = [...(node.allOf ?? []), ...(node.anyOf ?? [])].map((one, i) => [String(i), one] as const);
  const parts = [...inner, ...lists, ...(node.items === undefined ? [] : [['items', node.items] as const])];
  if (typeof node.additionalProperties === 'object') parts.push(['*', node.additionalProperties]);
  return [[path, node], ...parts.flatMap(([key, one]) => walk(one, `${path}/${key}`))];
}

describe.each(WRITTEN)('%s', (path) => {
  const root = readJson<SchemaNode>(path);
  const nodes = walk(root, '');

  test('says of every key what it means, in a sentence', () => {
    const silent = nodes.flatMap(([at, node]) =>
      Object.entries(node.properties ?? {})
        // What stands there only to offer values is described where the key is.
        .filter(
          ([key]) => !layersOf(root, node).some((one) => one !== node && one.properties?.[key] !== undefined),
        )
        .filter(([, one]) => !/^.{9,}[.)]$/s.test(descriptionOf(root, one)))
        .map(([key]) => `${at}/${key}: ${descriptionOf(root, node.properties?.[key] ?? {})}`),
    );
    expect(silent).toEqual([]);
  });

  test('says of every word of a closed list what it means', () => {
    const lists = nodes.filter(([, node]) => node.enum !== undefined);
    for (const [at, node] of lists) {
      expect(node.markdownEnumDescriptions, at).toHaveLength(node.enum?.length ?? 0);
    }
  });

  test('has an example, a snippet, a default or names for every map and list', () => {
    const bare = nodes
      .filter(([, node]) => node.type === 'object' || node.type === 'array')
      .filter(([, node]) => {
        const layers = layersOf(root, node);
        const offers = (one: SchemaNode): boolean =>
          [one.examples, one.defaultSnippets, one.enum, one.properties].some((list) => list !== undefined);
        const items = layers.flatMap((one) => (one.items === undefined ? [] : layersOf(root, one.items)));
        return ![...layers, ...items].some(offers);
      })
      .map(([at]) => at);
    expect(bare).toEqual([]);
  });

  test('a name that is only offered is judged as any other name there', () => {
    const judge = ({ description, examples, defaultSnippets, ...rest }: SchemaNode): SchemaNode => rest;
    for (const [at, { properties = {}, additionalProperties }] of nodes) {
      if (typeof additionalProperties !== 'object') continue;
      for (const [name, one] of Object.entries(properties)) {
        expect(judge(one), `${at}/${name}`).toEqual(judge(additionalProperties));
      }
    }
  });

  test('every snippet is right as it stands, and every example where it stands', () => {
    const ajv = new Ajv({ strict: false, keywords: [...EDITOR_KEYWORDS] }).addSchema(root as object, 'root');
    const wrong: string[] = [];
    for (const [at, node] of nodes) {
      const proposed = [
        ...(node.examples ?? []),
        ...(node.defaultSnippets ?? []).map(({ body }) => withoutMarks(body)),
      ];
      if (proposed.length === 0) continue;
      const validate = ajv.compile({ ...node, $id: `at:${at}`, definitions: root.definitions ?? {} });
      for (const value of proposed) {
        if (!validate(value))
          wrong.push(`${at}: ${JSON.stringify(value)} ${ajv.errorsText(validate.errors)}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('completion, key by key, of a rule that grows', () => {
  const RULE = ['rules', 0];

  test.each([
    { path: [], offers: ['version', 'rules', 'levels', 'tune', 'disable'] },
    {
      path: RULE,
      offers: ['id', 'priority', 'when', 'for', 'until', 'every', 'cooldown', 'then', 'because'],
    },
    { path: [...RULE, 'when'], offers: ['all', 'any', 'not', 'ref', ...Object.keys(CATALOGUE)] },
    { path: [...RULE, 'when', 'all', 0], offers: ['all', 'frame.loadPercent'] },
    { path: [...RULE, 'when', 'frame.loadPercent'], offers: ['above', 'atMost', 'between', 'known'] },
    { path: [...RULE, 'when', 'inference.yolov8n.totalMs'], offers: ['above', 'known'] },
    { path: [...RULE, 'when', 'frame.loadPercent', 'above'], offers: ['fact', 'times', 'plus'] },
    { path: [...RULE, 'until', 'gpu.thermalMarginC'], offers: ['atLeast'] },
    { path: [...RULE, 'then', 0], offers: ['cap', 'floor', 'set', 'step', 'hold', 'recommend', 'alert'] },
    { path: [...RULE, 'then', 0, 'cap'], offers: Object.keys(KNOBS) },
    { path: [...RULE, 'then', 0, 'step'], offers: Object.keys(KNOBS) },
    { path: [...RULE, 'then', 0, 'alert'], offers: ['severity', 'title'] },
    { path: [...RULE, 'expect', 'frame.totalMs', 'ratio'], offers: ['atMost', 'atLeast'] },
    { path: ['signals', 'gpu.riseCPerMinute'], offers: ['slope', 'over', 'per', 'p95', 'age'] },
    { path: ['tune'], offers: ['cool-down', 'model-up'] },
    { path: ['tune', 'cool-down'], offers: ['for', 'when', 'priority'] },
    { path: ['levels', 'balanced'], offers: ['targetFps', 'gpuUsageLimitPercent'] },
    { path: ['frames', 'weights'], offers: ['combatActive', 'criticalEvent'] },
  ])('at $path', ({ path, offers }) => {
    const keys = keysAt(rules, path);
    expect(Object.keys(keys)).toEqual(expect.arrayContaining(offers));
    expect(Object.entries(keys).filter(([, description]) => description.length < 10)).toEqual([]);
  });

  test.each<{ path: (string | number)[]; values: unknown[] }>([
    { path: ['mode'], values: ['enforce', 'recommend', 'shadow'] },
    { path: [...RULE, 'for'], values: ['3s'] },
    { path: [...RULE, 'blind'], values: ['hold', 'release'] },
    { path: [...RULE, 'when', 'scene.combatActive', 'is'], values: [true, false] },
    { path: [...RULE, 'when', 'gpu.limitedBy', 'is'], values: ['thermal', 'none'] },
    { path: [...RULE, 'when', 'gpu.limitedBy', 'oneOf', 0], values: ['thermal', 'none'] },
    {
      path: [...RULE, 'when', 'frame.loadPercent', 'above', 'fact'],
      values: ['level.goalFps', 'gpu.powerW'],
    },
    { path: [...RULE, 'then', 0, 'step', 'model'], values: ['fit', 1, -1] },
    { path: [...RULE, 'then', 0, 'hold', 0], values: ['model.up', 'resolution.down'] },
    { path: ['disable', 0], values: ['cool-down', 'streams-up'] },
  ])('the value at $path', ({ path, values }) => {
    expect(valuesAt(rules, path)).toEqual(expect.arrayContaining<unknown>(values));
  });

  test('a fact is offered with its meaning, its range and its unit', () => {
    const facts = keysAt(rules, [...RULE, 'when']);
    expect(facts['gpu.thermalMarginC']).toBe(
      'Degrees to where the card begins to limit itself: -100 to 150 °C; read at every tick.',
    );
    expect(facts['gpu.limitedBy']).toContain('one of thermal, hardware, power, other, none');
    expect(facts['scene.combatActive']).toContain('true or false');
  });
});

test.each(shipped)('%s names its schema in its first line', (path) => {
  const [, named = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(readText(path)) ?? [];
  const kind = path.startsWith('profiles/') ? 'profile' : path.endsWith('.test.yaml') ? 'rule-test' : 'rules';
  expect(posix.join(posix.dirname(path), named)).toBe(`schemas/${kind}.schema.json`);
  expect(existsSync(join(ROOT, `schemas/${kind}.schema.json`))).toBe(true);
});

test('the settings of the editor give every shipped file one schema, its own', () => {
  // Patterns that begin with ! are understood by new versions of the extension only: what is told apart is named.
  const { 'yaml.schemas': patterns } = readJson<{ 'yaml.schemas': Record<string, string[]> }>(
    '.vscode/settings.json',
  );
  const matches = (pattern: string, path: string): boolean =>
    new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`).test(path);
  for (const path of shipped) {
    const found = Object.entries(patterns).filter(([, all]) => all.some((pattern) => matches(pattern, path)));
    const [, named] = /\$schema=\.\.(\S+)/.exec(readText(path)) ?? [];
    expect(
      found.map(([schema]) => schema),
      path,
    ).toEqual([`.${named}`]);
  }
  for (const schema of Object.keys(patterns)) expect(existsSync(join(ROOT, schema)), schema).toBe(true);
});

test('the snippets for a whole file are files of the schema', () => {
  const [own] = rules.defaultSnippets ?? [];
  expect(parse(JSON.stringify(withoutMarks(own?.body)))).toMatchObject({
    version: 1,
    rules: [{ id: 'my-rule' }],
  });
});
