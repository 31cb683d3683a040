import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { generateModel } from '../../src/models/model-cache.js';
import { randomFloats } from '../../src/models/weights.js';
import {
  buildYolov8,
  isModelName,
  MODELS,
  type ModelName,
  parameterCount,
} from '../../src/models/yolov8-graph.js';

const names = Object.keys(MODELS) as ModelName[];

function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

test.each(names)('%s has as many parameters as the published fused network', (model) => {
  expect(parameterCount(model)).toBe(MODELS[model].parameters);
});

test.each(names)('%s reads only what an earlier node, a tensor or the input gives', (model) => {
  const graph = buildYolov8(model);
  const known = new Set(['', graph.input.name, ...graph.tensors.map((tensor) => tensor.name)]);
  for (const node of graph.nodes) {
    expect(node.inputs.filter((name) => !known.has(name))).toEqual([]);
    for (const name of node.outputs) {
      expect(known.has(name), `${name} is given twice`).toBe(false);
      known.add(name);
    }
  }
  expect(known.has(graph.output.name)).toBe(true);
});

test('the same name gives the same graph, another name another one', () => {
  const hashes = names.map((model) => hashOf(JSON.stringify(buildYolov8(model))));
  expect(hashes).toEqual(names.map((model) => hashOf(JSON.stringify(buildYolov8(model)))));
  expect(new Set(hashes).size).toBe(names.length);
});

test('the same seed gives the same bytes, another seed other weights of the same length', () => {
  const first = generateModel('yolov8n', 7);
  expect(hashOf(generateModel('yolov8n', 7))).toBe(hashOf(first));
  const other = generateModel('yolov8n', 8);
  expect(other.length).toBe(first.length);
  expect(hashOf(other)).not.toBe(hashOf(first));
});

test('random weights lie within their bound, about evenly on both sides of 0', () => {
  const values = randomFloats(20_000, 0.5, 3);
  expect(Math.max(...values)).toBeLessThanOrEqual(0.5);
  expect(Math.min(...values)).toBeGreaterThanOrEqual(-0.5);
  expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length)).toBeLessThan(0.01);
});

test('a seed of 0 does not make all weights 0', () => {
  expect(new Set(randomFloats(100, 1, 0)).size).toBeGreaterThan(90);
});

test('only names of the table are model names', () => {
  expect(['yolov8n', 'toString', '', 8].map(isModelName)).toEqual([true, false, false, false]);
});
