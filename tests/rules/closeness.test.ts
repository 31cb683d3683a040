import { expect, test } from 'vitest';
import { closenessOf } from '../../src/rules/closeness.js';
import type { ExplainNode, Explanation } from '../../src/shapes/port.js';

const leaf = (value: number, truth: ExplainNode['truth'], op = 'above'): ExplainNode => ({
  op,
  fact: 'gpu.powerW',
  value,
  threshold: 100,
  margin: truth === 'unknown' ? null : value - 100,
  truth,
  children: [],
});
const node = (op: string, truth: ExplainNode['truth'], ...children: ExplainNode[]): ExplainNode => ({
  op,
  truth,
  children,
});
const near = leaf(99, 'false');
const far = leaf(10, 'false');
const met = leaf(150, 'true');
const unknown = leaf(0, 'unknown');

function of(tree: ExplainNode, state: Explanation['state'] = 'idle', leftMs = 0): number {
  const progress = state === 'pending' || state === 'cooling' ? { elapsedMs: 0, ofMs: leftMs } : null;
  return closenessOf({ tree, state, progress } as Explanation);
}

test('active is nearer than pending, pending than idle, idle than cooling', () => {
  const order = [of(near, 'active'), of(far, 'pending', 60_000), of(near), of(near, 'cooling', 1)];
  expect(order).toEqual([...order].sort((a, b) => b - a));
  expect(new Set(order).size).toBe(4);
});

test('of two that wait the one with less left is nearer', () => {
  expect(of(met, 'pending', 500)).toBeGreaterThan(of(met, 'pending', 1_000));
  expect(of(met, 'cooling', 500)).toBeGreaterThan(of(met, 'cooling', 1_000));
});

test.each<[string, ExplainNode, ExplainNode]>([
  ['a value nearer to its threshold', near, far],
  ['a false comparison, against one that nothing is known of', far, unknown],
  [
    'under all, one condition that is met besides',
    node('all', 'false', met, far),
    node('all', 'false', far, far),
  ],
  ['under any, a single near one', node('any', 'false', near, far), node('any', 'false', far, far)],
  [
    'under any, its nearest against the mean of all',
    node('any', 'false', near, far),
    node('all', 'false', near, far),
  ],
  [
    'under not, a true one that is close to turning',
    node('not', 'false', leaf(101, 'true')),
    node('not', 'false', leaf(400, 'true')),
  ],
  [
    'under not, all where one is enough, against any where each must turn',
    node('not', 'false', node('all', 'true', leaf(101, 'true'), leaf(400, 'true'))),
    node('not', 'false', node('any', 'true', leaf(101, 'true'), leaf(400, 'true'))),
  ],
])('%s is nearer', (_what, a, b) => {
  expect(of(a)).toBeGreaterThan(of(b));
});
