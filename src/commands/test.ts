/** `evenkeel test`: rule tests in YAML, with what they never exercised. */
import type { Command } from 'commander';
import {
  type RuleTestFiles,
  type RuleTestResults,
  readRuleTests,
  runRuleTests,
} from '../rule-tests/index.js';
import { SHIPPED_RULES } from '../rules/folders.js';
import { resolveRun } from '../settings/index.js';
import type { Io } from './io.js';
import { printJson } from './print-json.js';
import { resultsText } from './test-text.js';

interface Options {
  coverage?: boolean;
  json?: boolean;
}

/** A test file that cannot be run is wrong input; a rule file with mistakes is wrong content, as with `validate`. */
const WRONG_INPUT = 2;

/** Adds the verb `test`. */
export function registerTest(program: Command, io: Io): void {
  program
    .command('test')
    .description('run rule tests: facts over time in, states of rules and values of knobs out')
    .argument(
      '[PATH...]',
      'test files, or folders with *.test.yaml in them or below; without one the shipped tests and those of the configured rule folders',
    )
    .option('--coverage', 'also tell which rules and branches no test exercised')
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExample:\n  evenkeel test my-rules --coverage')
    .action(async (paths: string[], options: Options) => {
      const read = readTests(paths, io);
      const run = await runRuleTests(read.input);
      const problems = [...read.problems, ...run.problems];
      const results: RuleTestResults = { ...run, problems, ok: run.ok && problems.length === 0 };
      report(results, read, options, io);
      const isUnread = problems.some(({ path }) => /\.test\.ya?ml$/.test(path));
      io.exit(isUnread ? WRONG_INPUT : results.ok ? 0 : 1);
    });
}

function readTests(paths: readonly string[], io: Io): RuleTestFiles {
  if (paths.length > 0) return readRuleTests(paths);
  return readRuleTests([SHIPPED_RULES], resolveRun({}, io.env).settings.rules);
}

function report(results: RuleTestResults, { input }: RuleTestFiles, options: Options, io: Io): void {
  const { ok, passed, failed, cases, problems, coverage } = results;
  if (options.json === true) {
    printJson(io, {
      ok,
      passed,
      failed,
      cases,
      problems,
      ...(options.coverage === true ? { coverage: { rules: coverage, ...countBranches(coverage) } } : {}),
    });
    return;
  }
  const texts = new Map([...input.files, ...input.tests].map(({ path, text }) => [path, text]));
  const colour = io.isTerminal && (io.env.NO_COLOR ?? '') === '';
  io.stdout(resultsText(results, texts, options.coverage === true, colour));
}

function countBranches(coverage: RuleTestResults['coverage']): { branches: number; exercised: number } {
  const branches = coverage.flatMap((rule) => rule.branches);
  return { branches: branches.length, exercised: branches.filter(({ seen }) => seen).length };
}
