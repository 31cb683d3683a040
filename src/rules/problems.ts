/** Mistakes in words, as people and other programs read them. */
import type { Problem } from '../shapes/rule.js';

/** `path:line:column: rule "id": what is wrong; expected …`, one line for each. */
export function describeProblems(problems: readonly Problem[]): string {
  return problems.map(describeProblem).join('\n');
}

/** One line that begins with `path:line:column`, which editors turn into a link. */
export function describeProblem({ path, line, column, rule, message, expected }: Problem): string {
  const who = rule === null ? '' : `rule "${rule}": `;
  const wanted = expected === null ? '' : `; expected ${expected}`;
  return `${path}:${line}:${column}: ${who}${message}${wanted}`;
}

/** By file, line and column; where they are the same, as they came. */
export function sortProblems(problems: Problem[]): void {
  problems.sort((a, b) => a.path.localeCompare(b.path) || a.line - b.line || a.column - b.column);
}

/** The line a problem is at with a caret under its column, or an empty text where the file is not at hand. */
export function codeFrame(problem: Problem, text: string | undefined): string {
  const line = text?.split(/\r?\n/)[problem.line - 1];
  if (line === undefined) return '';
  const number = String(problem.line);
  return `${number} | ${line}\n${' '.repeat(number.length)} | ${' '.repeat(problem.column - 1)}^`;
}

/** A mistake of a whole file, told at its first line. */
export function fileProblem(path: string, code: string, message: string, expected: string | null): Problem {
  return { path, line: 1, column: 1, code, rule: null, message, expected, severity: 'error' };
}
