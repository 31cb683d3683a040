import { expect, test } from 'vitest';
import { writeRules } from '../../bench/parts/rule-texts.js';
import { build } from '../rules/helpers.js';

test('a hundred rules are right, distinct and of every kind of condition', () => {
  const { book, problems } = build(writeRules(100));
  expect(problems).toEqual([]);
  expect(new Set(book?.rules.map(({ id }) => id)).size).toBe(100);
  expect(new Set(book?.rules.map(({ when }) => JSON.stringify(when))).size).toBe(100);
  const text = JSON.stringify(book?.rules);
  const operators = [
    'atLeast',
    'above',
    'below',
    'is',
    'isNot',
    'oneOf',
    'noneOf',
    'between',
    'all',
    'any',
    'not',
  ];
  expect(operators.filter((op) => !text.includes(`"op":"${op}"`))).toEqual([]);
});

test('past the last form rules begin anew with other names and thresholds', () => {
  const { book, problems } = build(writeRules(250));
  expect(problems).toEqual([]);
  expect(new Set(book?.rules.map(({ when }) => JSON.stringify(when))).size).toBe(250);
});

test('the same number gives the same text', () => {
  expect(writeRules(30)).toBe(writeRules(30));
});
