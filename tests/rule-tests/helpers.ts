/** Rule tests as texts, run on the shipped book and rules of one's own. */
import type { CaseResult, RuleTestResults } from '../../src/rule-tests/index.js';
import { runRuleTests } from '../../src/rule-tests/index.js';
import { readFolders } from '../../src/rules/folders.js';
import { shippedProfileFiles } from '../helpers/shipped.js';

const shipped = readFolders([]).files;
const profiles = shippedProfileFiles();

/** Runs the test file `text`, which stands beside rule files of these names and texts. */
export function runText(text: string, rules: Record<string, string> = {}): Promise<RuleTestResults> {
  const own = Object.entries(rules).map(([name, rule]) => ({ path: `own/${name}`, folder: 1, text: rule }));
  return runRuleTests({
    tests: [{ path: 'own/a.test.yaml', folder: 1, text }],
    files: [...shipped, ...own],
    profiles,
  });
}

/** What is wrong with a test file: `line:column message; expected`. */
export async function mistakesOf(text: string, rules: Record<string, string> = {}): Promise<string[]> {
  const { problems } = await runText(text, rules);
  return problems.map(
    ({ line, column, message, expected }) => `${line}:${column} ${message}; expected ${expected}`,
  );
}

/** The only case of a file with this body of a test, on these rules. */
export async function runOne(body: string, rule = STEP_DOWN): Promise<CaseResult> {
  const { problems, cases } = await runText(
    `rules: [ own.yaml ]\nprofile: rtx-4090\ntests:\n  - name: one\n${body.replace(/^/gm, '    ')}\n`,
    { 'own.yaml': rule },
  );
  const [only] = cases;
  if (only === undefined) throw new Error(JSON.stringify(problems, null, 1));
  return only;
}

/** The messages of the failures of a test. */
export async function failuresOf(body: string, rule?: string): Promise<string[]> {
  return (await runOne(body, rule)).failures.map(({ message }) => message);
}

/** A rule that takes the model down by one while the card is hot. */
export const STEP_DOWN = `version: 1
rules:
  - id: down
    when: { gpu.temperatureC: { above: 80 } }
    every: 2s
    then: [ { step: { model: -1 } } ]
    because: hot
`;
