import { describe, expect, test } from 'vitest';
import { checkRuleTests, type Judge, openJudge } from '../../src/reload/judge.js';
import { runRuleTests } from '../../src/rule-tests/index.js';
import type { FolderContent } from '../../src/rules/folders.js';
import { describeProblem } from '../../src/rules/problems.js';
import { shippedFiles, shippedProfile } from '../helpers/shipped.js';

const profile = shippedProfile('rtx-4090');
const RULE = `version: 1
rules:
  - id: warm
    when: { gpu.temperatureC: { above: 70 } }
    for: 2s
    then: [ { cap: { powerLimitW: 300 } } ]
    because: "{gpu.temperatureC} °C"
`;
const TEST = `version: 1
rules: [ mine.yaml ]
profile: rtx-4090
interval: 1s
tests:
  - name: it caps the card
    given: { gpu.temperatureC: "60 75x4" }
    expect:
      - { at: 3s, rule: warm, is: active, knobs: { powerLimitW: 300 } }
`;

function content(rule = RULE, ...tests: string[]): FolderContent {
  const files = [...shippedFiles(), { path: 'own/mine.yaml', folder: 1, text: rule }];
  const own = tests.map((text, i) => ({ path: `own/${i}.test.yaml`, folder: 1, text }));
  return { files, tests: own, problems: [], hash: '' };
}

describe('a book with rule tests beside it', () => {
  test('goes live when they pass', async () => {
    const { book, problems } = await openJudge(profile, true, null)(content(RULE, TEST));
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(book?.rules.some(({ id }) => id === 'warm')).toBe(true);
  });

  test('is refused where one fails, with its place and what was expected', async () => {
    const { book, problems } = await openJudge(profile, true, null)(content(RULE.replace('2s', '9s'), TEST));
    expect(book).toBeNull();
    expect(problems.map(describeProblem)).toEqual([
      'own/0.test.yaml:9:31: test "it caps the card": at 3s expected warm to be active, got pending',
      'own/0.test.yaml:9:52: test "it caps the card": at 3s expected powerLimitW to be 300, got 450',
    ]);
  });

  test('is refused where a test file has a mistake of its own', async () => {
    const { book, problems } = await openJudge(
      profile,
      true,
      null,
    )(content(RULE, TEST.replace('mine.yaml', 'mime.yaml')));
    expect(book).toBeNull();
    expect(problems.map(describeProblem).join('\n')).toContain(
      'own/0.test.yaml:2:10: no rule file is at own/mime.yaml',
    );
  });

  test('is taken without a look at them where they are not asked for', async () => {
    const { book } = await openJudge(profile, false, null)(content(RULE.replace('2s', '9s'), TEST));
    expect(book).not.toBeNull();
  });

  test('does not start a run while one fails', async () => {
    await expect(checkRuleTests(content(RULE, TEST))).resolves.toBeUndefined();
    await expect(checkRuleTests(content(RULE.replace('2s', '9s'), TEST))).rejects.toThrow(
      expect.objectContaining({ code: 'badBook', message: expect.stringContaining('it caps the card') }),
    );
  });
});

test('tests run again only where something that they are about changed', async () => {
  let paths: string[] = [];
  const run: typeof runRuleTests = (asked) => {
    paths.push(...asked.tests.map(({ path }) => path));
    return runRuleTests(asked);
  };
  const ranBy = async (judge: Judge, what: FolderContent): Promise<string[]> => {
    paths = [];
    await judge(what);
    return paths;
  };
  const judge = openJudge(profile, true, null, run);
  const ran = (what: FolderContent): Promise<string[]> => ranBy(judge, what);
  const other = TEST.replace('it caps', 'it does cap');
  expect(await ran(content(RULE, TEST, other))).toEqual(['own/0.test.yaml', 'own/1.test.yaml']);
  expect(await ran(content(RULE, TEST, other))).toEqual([]);
  expect(await ran(content(RULE, TEST, `${other}# more\n`))).toEqual(['own/1.test.yaml']);
  const changed = RULE.replace('2s', '1s');
  expect(await ran(content(changed, TEST))).toEqual(['own/0.test.yaml']);
  const failing = TEST.replace('300 } }', '400 } }');
  expect(await ran(content(changed, failing))).toEqual(['own/0.test.yaml']);
  expect(await ran(content(changed, failing))).toEqual(['own/0.test.yaml']);
  const shipped = { path: 'rules/x.test.yaml', folder: 0, text: TEST.replace('mine.yaml', 'shipped') };
  const withShipped = (rule: string): FolderContent => ({ ...content(rule), tests: [shipped] });
  expect(await ran(withShipped(RULE))).toEqual(['rules/x.test.yaml']);
  const begun = openJudge(profile, true, withShipped(RULE), run);
  expect(await ranBy(begun, withShipped(changed))).toEqual([]);
  const edited = { ...shipped, text: `${shipped.text}# more\n` };
  expect(await ranBy(begun, { ...withShipped(RULE), tests: [edited] })).toEqual(['rules/x.test.yaml']);
});
