/** The shipped rules under their own tests. */
import { expect, test } from 'vitest';
import { resultsText } from '../../src/commands/test-text.js';
import { readRuleTests, runRuleTests } from '../../src/rule-tests/index.js';
import { SHIPPED_RULES } from '../../src/rules/folders.js';
import { filesBelow, ROOT, readText } from '../helpers/checkout.js';
import { runText } from './helpers.js';

const shipped = await runRuleTests(readRuleTests([SHIPPED_RULES]).input);

test('every shipped rule test passes', () => {
  expect(shipped.problems).toEqual([]);
  expect(shipped.cases.filter(({ ok }) => !ok)).toEqual([]);
  expect(shipped.passed).toBeGreaterThan(0);
});

test('no rule of the shipped book, no way out of it and no branch of it is left unexercised', () => {
  const never = shipped.coverage.flatMap(({ id, branches }) =>
    branches.filter(({ seen }) => !seen).map(({ what }) => `${id}: never ${what}`),
  );
  expect(never).toEqual([]);
  const told = shipped.coverage.map(({ file }) => file);
  const withRules = filesBelow('rules', (path) => path.endsWith('.yaml') && !path.endsWith('.test.yaml'));
  expect([...new Set(told)]).toEqual(withRules.filter((path) => path !== 'rules/levels.yaml').sort());
});

test('the shipped book does none of what the original Python module was seen to do', async () => {
  const { problems, cases } = await runRuleTests(
    readRuleTests([`${ROOT}/tests/rule-tests/regressions`]).input,
  );
  expect(problems).toEqual([]);
  expect(cases.filter(({ ok }) => !ok)).toEqual([]);
  expect(cases.length).toBeGreaterThan(0);
});

test('the rule test of the readme passes on the rules of the readme, and fails as it shows there', async () => {
  const blocks = [...readText('README.md').matchAll(/```(?:yaml|text)\n([\s\S]*?)```/g)].map(
    ([, text = '']) => text,
  );
  const blockOf = (start: string): string => blocks.find((text) => text.startsWith(start)) ?? '';
  const rules = blockOf('# my-rules/mine.yaml');
  const tests = blockOf('# my-rules/mine.test.yaml');
  const right = await runText(tests, { 'mine.yaml': rules });
  expect(right).toMatchObject({ ok: true, passed: 1, problems: [] });
  const wrong = await runText(tests, { 'mine.yaml': rules.replace('10s', '5s') });
  const shown = resultsText(wrong, new Map(), false, false).replace(
    'own/a.test.yaml',
    'my-rules/mine.test.yaml',
  );
  expect(shown).toBe(`${blockOf('my-rules/mine.test.yaml')}\n0 passed, 1 failed\n`);
});
