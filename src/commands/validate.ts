/** `evenkeel validate`: rules, profiles and configuration, all mistakes of all files at once. */
import type { Command } from 'commander';
import { EvenkeelError } from '../errors.js';
import { codeFrame, describeProblem } from '../rules/problems.js';
import type { Problem } from '../shapes/rule.js';
import { type Checked, checkFiles } from './check-files.js';
import type { Io } from './io.js';
import { printJson } from './print-json.js';
import { saveTraces } from './save-traces.js';

interface Options {
  profile?: string;
  strict?: boolean;
  format: 'text' | 'json' | 'github';
  json?: boolean;
  traces?: string;
}

/** Adds the verb `validate`. */
export function registerValidate(program: Command, io: Io): void {
  program
    .command('validate')
    .description(
      'check rules, profiles and configuration; PATHs are laid over the shipped book as --rules does',
    )
    .argument('[PATH...]', 'folders or files of rules, rule tests, profile files, evenkeel.yaml')
    .option('--profile <NAME>', 'also warn of facts this card cannot deliver')
    .option('--strict', 'exit 3 when there are warnings')
    .option('--format <FORMAT>', 'text, json or github', 'text')
    .option('--json', 'the same as --format json')
    .option('--traces <DIR>', 'write what proves that rules push a knob back and forth as rule tests there')
    .addHelpText('after', '\nExample:\n  evenkeel validate my-rules --profile rtx-4090 --strict')
    .action((paths: string[], options: Options) => {
      const format = options.json === true ? 'json' : options.format;
      if (!['text', 'json', 'github'].includes(format)) {
        throw new EvenkeelError('badFlag', `expected --format text, json or github, got "${format}"`);
      }
      const checked = checkFiles(paths, options.profile);
      report(checked, format, io);
      const traces = options.traces === undefined ? [] : saveTraces(checked.problems, options.traces);
      for (const file of traces) io.stderr(`${file}: run it with evenkeel test\n`);
      const errors = checked.problems.filter((problem) => problem.severity === 'error').length;
      const warnings = checked.problems.length - errors;
      io.exit(errors > 0 ? 1 : warnings > 0 && options.strict === true ? 3 : 0);
    });
}

function report(checked: Checked, format: string, io: Io): void {
  const { texts, problems, overrides, pingPong, undecided } = checked;
  const isOk = problems.every((problem) => problem.severity !== 'error');
  if (format === 'json') {
    printJson(io, {
      ok: isOk,
      files: [...new Set([...texts.keys(), ...problems.map(({ path }) => path)])].map((path) =>
        fileReport(path, problems),
      ),
      overrides,
      pingPong,
      undecided,
    });
    return;
  }
  for (const problem of problems) {
    if (format === 'github') io.stdout(`${annotation(problem)}\n`);
    else
      io.stdout(
        `${problem.severity}: ${describeProblem(problem)}\n${indent(codeFrame(problem, texts.get(problem.path)))}`,
      );
  }
  if (format === 'github') return;
  for (const { id, file, over } of overrides) io.stdout(`${file}: "${id}" is laid over ${over}\n`);
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  io.stdout(`${texts.size} files, ${errors} errors, ${problems.length - errors} warnings\n`);
  io.stdout(`${describeVerdicts(checked)}\n`);
}

/** What is too large to be judged is never left out in silence. */
function describeVerdicts({ pingPong: { proved, possible, undecided }, undecided: others }: Checked): string {
  const pairs = `rules that push a knob back and forth: ${proved} proved, ${possible} possible, ${undecided} undecided`;
  return others === 0 ? pairs : `${pairs}; ${others} conditions too large to judge`;
}

function indent(frame: string): string {
  return frame === '' ? '' : `${frame.replace(/^/gm, '    ')}\n`;
}

function fileReport(path: string, problems: readonly Problem[]): object {
  const of = (severity: string): object[] =>
    problems
      .filter((problem) => problem.path === path && problem.severity === severity)
      .map(({ line, column, code, rule, message, expected, trace }) => ({
        line,
        column,
        code,
        rule,
        message,
        expected,
        ...(trace === undefined ? {} : { trace }),
      }));
  return { path, errors: of('error'), warnings: of('warning') };
}

/** GitHub's workflow command; its message must not hold a raw line break, percent sign or, in properties, a colon. */
function annotation({ path, line, column, severity, message, expected, rule }: Problem): string {
  const quote = (text: string): string =>
    text.replaceAll('%', '%25').replaceAll('\n', '%0A').replaceAll('\r', '%0D');
  const file = quote(path).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const who = rule === null ? '' : `rule "${rule}": `;
  return `::${severity} file=${file},line=${line},col=${column}::${quote(`${who}${message}${expected === null ? '' : `; expected ${expected}`}`)}`;
}
