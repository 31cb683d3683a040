/** The shipped rules under their own tests. */
import { expect, test } from 'vitest';
import { readRuleTests, runRuleTests } from '../../src/rule-tests/index.js';
import { SHIPPED_RULES } from '../../src/rules/folders.js';
import { filesBelow, ROOT } from '../helpers/checkout.js';

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
