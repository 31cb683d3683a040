/** Rule test results as people read them: a line a test, timelines of what failed, what was never exercised. */
import pc from 'picocolors';
import {
  type CaseResult,
  type RuleCoverage,
  type RuleTestResults,
  type Timeline,
  timeText,
} from '../rule-tests/index.js';
import { codeFrame, describeProblem } from '../rules/problems.js';

type Colours = ReturnType<typeof pc.createColors>;

/** The report; `texts` are the files by path, for the lines that mistakes are in. */
export function resultsText(
  { cases, problems, passed, failed, coverage }: RuleTestResults,
  texts: ReadonlyMap<string, string>,
  withCoverage: boolean,
  colour: boolean,
): string {
  const c = pc.createColors(colour);
  const lines: string[] = [];
  for (const problem of problems) {
    lines.push(`${c.red('error')}: ${describeProblem(problem)}`);
    const frame = codeFrame(problem, texts.get(problem.path));
    if (frame !== '') lines.push(...indent(frame.split('\n'), 4));
  }
  for (const [file, ofFile] of byFile(cases)) {
    lines.push(c.bold(file), ...ofFile.flatMap((one) => indent(caseLines(one, c), 2)), '');
  }
  if (withCoverage) lines.push(...coverageLines(coverage, c), '');
  const count = `${passed} passed, ${failed} failed`;
  const mistakes = problems.length === 1 ? '1 mistake' : `${problems.length} mistakes`;
  const unread = problems.length === 0 ? '' : `, ${mistakes} in files that were not run`;
  lines.push(`${failed === 0 && problems.length === 0 ? c.green(count) : c.red(count)}${unread}`);
  return `${lines.filter((line, i) => line !== '' || lines[i - 1] !== '').join('\n')}\n`;
}

function byFile(cases: readonly CaseResult[]): Map<string, CaseResult[]> {
  const files = new Map<string, CaseResult[]>();
  for (const one of cases) files.set(one.file, [...(files.get(one.file) ?? []), one]);
  return files;
}

function caseLines({ name, ok, failures, timeline }: CaseResult, c: Colours): string[] {
  if (ok) return [`${c.green('✓')} ${name}`];
  const told = failures.map(({ line, column, message }) => `${line}:${column} ${message}`);
  const table = timeline === null ? [] : ['', ...timelineLines(timeline, c), ''];
  return [`${c.red('✗')} ${name}`, ...indent([...told, ...table], 4)];
}

function indent(lines: readonly string[], by: number): string[] {
  return lines.map((line) => (line === '' ? '' : ' '.repeat(by) + line));
}

/** A cell before it is padded: its text, and what colours it. */
interface Cell {
  text: string;
  paint: (text: string) => string;
}

const plain = (text: string): Cell => ({ text, paint: (same) => same });

/** The table of a failed test: given facts, then for each thing looked at the expected beside the actual. */
function timelineLines({ columns, rows }: Timeline, c: Colours): string[] {
  const heads: Cell[][] = [
    [plain(''), plain('time')],
    [plain(''), plain('')],
  ];
  for (const { title, isGiven } of columns) {
    heads[0]?.push({ text: title, paint: c.bold }, ...(isGiven ? [] : [plain('')]));
    heads[1]?.push(...(isGiven ? [plain('')] : [dim('expected', c), dim('actual', c)]));
  }
  const body = rows.map(({ atMs, cells }) => {
    const isWrong = cells.some(({ ok }) => !ok);
    const marks: Cell[] = [{ text: isWrong ? '>' : '', paint: c.red }, plain(timeText(atMs))];
    return marks.concat(
      ...cells.map(({ actual, expected, ok }, i) => {
        if (columns[i]?.isGiven === true) return [dim(actual, c)];
        const paint = ok ? (expected === null ? (text: string) => text : c.green) : c.red;
        return [plain(expected ?? ''), { text: ok ? actual : `${actual} ✗`, paint }];
      }),
    );
  });
  const table = [...heads, ...body];
  const widths = widthsOf(table, columns);
  const lines = table.map((cells) => lineOf(cells, widths));
  return withGaps(lines, rows, heads.length);
}

function dim(text: string, c: Colours): Cell {
  return { text, paint: c.dim };
}

/** Widths of all columns; a title that is longer than its two columns widens the second. */
function widthsOf(table: readonly (readonly Cell[])[], columns: Timeline['columns']): number[] {
  const [titles = [], ...others] = table;
  const widths = titles.map((_, i) => Math.max(0, ...others.map((cells) => cells[i]?.text.length ?? 0)));
  let at = 2;
  widths[1] = Math.max(widths[1] ?? 0, 'time'.length);
  for (const { title, isGiven } of columns) {
    const first = widths[at] ?? 0;
    if (isGiven) widths[at] = Math.max(first, title.length);
    else widths[at + 1] = Math.max(widths[at + 1] ?? 0, title.length - first - GAP.length);
    at += isGiven ? 1 : 2;
  }
  return widths;
}

const GAP = '  ';

function lineOf(cells: readonly Cell[], widths: readonly number[]): string {
  let line = '';
  let spare = 0;
  for (const [i, { text, paint }] of cells.entries()) {
    const width = widths[i] ?? 0;
    // A title runs on over the column beside it.
    const pad = Math.max(0, width + spare - text.length);
    spare = Math.min(0, width + spare - text.length);
    line += `${text === '' ? '' : paint(text)}${' '.repeat(pad)}${spare < 0 ? '' : GAP}`;
    if (spare < 0) spare += GAP.length;
  }
  return line.trimEnd();
}

/** A line of dots where ticks are left out. */
function withGaps(lines: readonly string[], rows: Timeline['rows'], heads: number): string[] {
  const steps = rows.map(({ atMs }, i) => atMs - (rows[i - 1]?.atMs ?? atMs));
  const step = Math.min(...steps.filter((one) => one > 0));
  return lines.flatMap((line, i) => ((steps[i - heads] ?? 0) > step * 1.5 ? [`${GAP} ⋮`, line] : [line]));
}

function coverageLines(coverage: readonly RuleCoverage[], c: Colours): string[] {
  const branches = coverage.flatMap((rule) => rule.branches);
  const seen = branches.filter((branch) => branch.seen).length;
  const lines = coverage.flatMap(neverOf);
  const count = `coverage: ${coverage.length} rules, ${seen} of ${branches.length} branches exercised`;
  return [lines.length === 0 ? c.green(count) : c.yellow(count), ...indent(lines, 2)];
}

/** What a rule was never made to do; one line is enough for a rule that was never active. */
function neverOf({ id, file, line, activated, branches }: RuleCoverage): string[] {
  const who = `rule "${id}"`;
  if (activated === 0) return [`${file}:${line}: ${who}: never active in any test`];
  return branches
    .filter((branch) => !branch.seen)
    .map((branch) => `${file}:${branch.line}: ${who}: never ${branch.what}`);
}
