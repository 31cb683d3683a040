/** `evenkeel validate`: rules, profiles and configuration, all mistakes of all files at once. */
import { existsSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { EvenkeelError } from '../errors.js';
import { buildBook } from '../rules/book.js';
import { readFolders, readProfiles } from '../rules/folders.js';
import { codeFrame, describeProblem } from '../rules/problems.js';
import { buildProfile, type ProfileFile } from '../rules/profile.js';
import { warnUnsupported } from '../rules/warnings.js';
import type { Book, Problem } from '../shapes/rule.js';
import type { Io } from './io.js';
import { printJson } from './print-json.js';

interface Options {
  profile?: string;
  rules?: string[];
  strict?: boolean;
  format: 'text' | 'json' | 'github';
  json?: boolean;
}

/** What was checked: every file by path with its text, and what is wrong in them. */
interface Checked {
  texts: Map<string, string>;
  problems: Problem[];
  overrides: Book['overrides'];
}

export function registerValidate(program: Command, io: Io): void {
  program
    .command('validate')
    .description(
      'check rules, profiles and configuration; PATHs are laid over the shipped book as --rules does',
    )
    .argument('[PATH...]', 'folders or files of rules, profile files, evenkeel.yaml')
    .option('--profile <NAME>', 'also warn of facts this card cannot deliver')
    .option('--strict', 'exit 3 when there are warnings')
    .option('--format <FORMAT>', 'text, json or github', 'text')
    .option('--json', 'the same as --format json')
    .addHelpText('after', '\nExample:\n  evenkeel validate my-rules --profile rtx-4090 --strict')
    .action((paths: string[], options: Options) => {
      const format = options.json === true ? 'json' : options.format;
      if (!['text', 'json', 'github'].includes(format)) {
        throw new EvenkeelError('badFlag', `expected --format text, json or github, got "${format}"`);
      }
      const checked = check(paths, options.profile);
      report(checked, format, io);
      const errors = checked.problems.filter((problem) => problem.severity === 'error').length;
      const warnings = checked.problems.length - errors;
      io.exit(errors > 0 ? 1 : warnings > 0 && options.strict === true ? 3 : 0);
    });
}

function check(paths: readonly string[], profileName: string | undefined): Checked {
  for (const path of paths) {
    if (!existsSync(path))
      throw new EvenkeelError('badFile', `expected a file or folder at ${path}, but there is none`);
  }
  const isProfile = (path: string): boolean => statSync(path).isFile() && looksLikeProfile(path);
  const ownProfiles = paths.filter(isProfile);
  const profiles = readProfiles(ownProfiles);
  const checked: Checked = { texts: new Map(), problems: [], overrides: [] };
  checkProfiles(profiles, paths.length === 0 ? null : ownProfiles, checked);
  const { profile, problems } = buildProfile(profileName ?? 'generic-nvidia', profiles);
  if (profile === null) {
    if (profileName !== undefined && !profiles.some(({ name }) => name === profileName)) {
      throw new EvenkeelError('badFlag', problems.map(describeProblem).join('\n'));
    }
    return checked;
  }
  const content = readFolders(paths.filter((path) => !isProfile(path)));
  for (const file of content.files) checked.texts.set(file.path, file.text);
  const result = buildBook(content.files, profile);
  checked.problems.push(...content.problems, ...result.problems);
  if (result.book !== null) {
    checked.overrides = result.book.overrides;
    if (profileName !== undefined) checked.problems.push(...warnUnsupported(result.book.rules, profile));
  }
  return checked;
}

/** A profile names what a card can do; a rule set never has these keys. */
function looksLikeProfile(path: string): boolean {
  const content = readProfiles([path]).find((file) => file.path === path.replaceAll('\\', '/'));
  return /^(match|models|resolutions|knobs|limits|extends|unsupported|defaultResolution):/m.test(
    content?.text ?? '',
  );
}

function checkProfiles(
  profiles: readonly ProfileFile[],
  only: readonly string[] | null,
  checked: Checked,
): void {
  for (const file of profiles) {
    if (only !== null && !only.includes(file.path)) continue;
    checked.texts.set(file.path, file.text);
    checked.problems.push(
      ...buildProfile(file.name, profiles).problems.filter((problem) => problem.path === file.path),
    );
  }
}

function report({ texts, problems, overrides }: Checked, format: string, io: Io): void {
  const isOk = problems.every((problem) => problem.severity !== 'error');
  if (format === 'json') {
    printJson(io, {
      ok: isOk,
      files: [...new Set([...texts.keys(), ...problems.map(({ path }) => path)])].map((path) =>
        fileReport(path, problems),
      ),
      overrides,
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
}

function indent(frame: string): string {
  return frame === '' ? '' : `${frame.replace(/^/gm, '    ')}\n`;
}

function fileReport(path: string, problems: readonly Problem[]): object {
  const of = (severity: string): object[] =>
    problems
      .filter((problem) => problem.path === path && problem.severity === severity)
      .map(({ line, column, code, rule, message, expected }) => ({
        line,
        column,
        code,
        rule,
        message,
        expected,
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
