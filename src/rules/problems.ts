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
  const whole = text?.split(/\r?\n/)[problem.line - 1];
  if (whole === undefined) return '';
  const number = String(problem.line);
  const { line, column } = around(whole, problem.column);
  return `${number} | ${line}\n${' '.repeat(number.length)} | ${' '.repeat(column - 1)}^`;
}

/** What a person takes in of a line; the rest is cut, with a mark where. */
const MAX_LINE = 160;

function around(line: string, column: number): { line: string; column: number } {
  if (line.length <= MAX_LINE) return { line, column };
  const from = Math.max(0, Math.min(column - 1 - MAX_LINE / 2, line.length - MAX_LINE));
  const cut = line.slice(from, from + MAX_LINE);
  const [before, after] = [from > 0 ? '…' : '', from + MAX_LINE < line.length ? '…' : ''];
  return { line: `${before}${cut}${after}`, column: column - from + before.length };
}

/** A mistake of a whole file, told at its first line. */
export function fileProblem(path: string, code: string, message: string, expected: string | null): Problem {
  return { path, line: 1, column: 1, code, rule: null, message, expected, severity: 'error' };
}
