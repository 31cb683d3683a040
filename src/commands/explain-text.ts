/** An explanation as people read it: what state, why, the conditions in columns, what it waits for. */
import pc from 'picocolors';
import { gradedText } from '../agent/index.js';
import type { ExplainNode, Explanation } from '../shapes/port.js';
import type { FactValue } from '../shapes/reading.js';

type Colours = ReturnType<typeof pc.createColors>;

const MARKS = { true: '✓', false: '✗', unknown: '?' } as const;
const WORDS: Readonly<Record<string, string>> = {
  above: 'above',
  atLeast: 'at least',
  below: 'below',
  atMost: 'at most',
  is: 'is',
  isNot: 'is not',
  oneOf: 'one of',
  noneOf: 'none of',
  all: 'all of',
  any: 'any of',
};

/** The moment that all explanations are of. */
export function headText({ at, time }: Explanation): string {
  return `At ${at} s (${time}), the rules nearest to firing first:`;
}

/** One rule, a few lines that end with a newline. */
export function explanationText(explanation: Explanation, colour: boolean): string {
  const c = pc.createColors(colour);
  const { rule, file, line, because, until, waits, effects, holds, outrankedBy, overrides, grades } =
    explanation;
  const rows = [...rowsOf('when', explanation.tree), ...(until === null ? [] : rowsOf('until', until))];
  const lines = [
    `${c.bold(rule)} is ${stateText(explanation)} ${c.dim(`(${file}:${line})`)}`,
    ...overrides.map((over) => `  laid over    ${over.file} over ${over.over}`),
    ...(because === null ? [] : [`  because      ${because}`]),
    ...align(rows, c),
    ...effects.map(({ knob, value, reason }) => `  acts         ${knob} ${value} (${reason})`),
    ...(holds.length === 0 ? [] : [`  holds        ${holds.join(', ')}`]),
    // How far the phase has come is told first, and stands in the first line.
    ...waits.slice(explanation.progress === null ? 0 : 1).map((wait) => `  waits        ${wait}`),
    ...(outrankedBy === null ? [] : [`  outranked by ${outrankedBy}`]),
    ...grades.map((graded) => `  graded       ${gradedText(graded)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function stateText({ state, progress, blind }: Explanation): string {
  const how =
    progress === null
      ? []
      : state === 'pending'
        ? [`${seconds(progress.elapsedMs)} of ${seconds(progress.ofMs)} s`]
        : [`${seconds(progress.ofMs - progress.elapsedMs)} s more`];
  return [state, ...how, ...(blind ? ['blind'] : [])].join(', ');
}

/** One condition in columns: mark with indent and fact, value, comparison, margin, age or reason. */
interface Row {
  label: string;
  truth: ExplainNode['truth'];
  cells: [what: string, value: string, comparison: string, margin: string];
  note: string;
}

function rowsOf(label: string, node: ExplainNode, depth = 0): Row[] {
  const indent = '  '.repeat(depth);
  const { fact, truth, children } = node;
  if (fact === undefined) {
    const what = `${indent}${MARKS[truth]} ${WORDS[node.op] ?? node.op}`;
    return [
      { label, truth, cells: [what, '', '', ''], note: '' },
      ...children.flatMap((child) => rowsOf('', child, depth + 1)),
    ];
  }
  const cells: Row['cells'] = [
    `${indent}${MARKS[truth]} ${fact}`,
    valueText(node),
    comparisonText(node),
    marginText(node),
  ];
  const age = typeof node.ageMs === 'number' ? `${seconds(node.ageMs)} s old` : '';
  return [{ label, truth, cells, note: node.why ?? age }];
}

function valueText({ value, unit }: ExplainNode): string {
  return value === null || value === undefined ? 'unknown' : show(value, unit);
}

function comparisonText({ op, threshold, thresholdFact, unit }: ExplainNode): string {
  if (op === 'known') return threshold === true ? 'is known' : 'is not known';
  if (Array.isArray(threshold)) {
    const [low, high] = threshold;
    if (op === 'between' && low !== undefined && high !== undefined)
      return `from ${show(low)} to ${show(high, unit)}`;
    return `${WORDS[op] ?? op} ${threshold.join(', ')}`;
  }
  const right = threshold === null || threshold === undefined ? 'unknown' : show(threshold, unit);
  return `${WORDS[op] ?? op} ${right}${thresholdFact === undefined ? '' : ` (${thresholdFact})`}`;
}

function marginText({ op, margin, unit, truth }: ExplainNode): string {
  if (typeof margin !== 'number') return '';
  const side = op === 'below' || op === 'atMost' ? 'too much' : op === 'between' ? 'outside' : 'short';
  return `${show(Math.abs(margin), unit)} ${truth === 'true' ? 'to spare' : side}`;
}

function show(value: FactValue, unit?: string): string {
  return `${typeof value === 'number' ? round(value) : value}${unit === undefined ? '' : ` ${unit}`}`;
}

/** To two decimals, without zeros behind the point. */
function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function seconds(ms: number): string {
  return String(Math.round(ms / 100) / 10);
}

function align(rows: readonly Row[], c: Colours): string[] {
  const widths = [0, 1, 2, 3].map((i) => Math.max(...rows.map(({ cells }) => cells[i]?.length ?? 0)));
  const paint = { true: c.green, false: c.red, unknown: c.yellow } as const;
  return rows.map(({ label, truth, cells, note }) => {
    const [what, ...rest] = cells.map((cell, i) => cell.padEnd(widths[i] ?? 0));
    const columns = [paint[truth](what ?? ''), ...rest, c.dim(note)];
    return `  ${label.padEnd(12)} ${columns.join('  ')}`.trimEnd();
  });
}
