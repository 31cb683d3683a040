/** The tables of a dry-run's page. */

import { count } from '../count.js';
import type { BookDifference, DryRunReport, Timeline } from '../shapes/dry-run.js';
import { ruleDifferenceLine, shiftWords, valueWords } from './difference-text.js';
import { type Markup, markup, type Part } from './markup.js';
import { clock, duration, knobLine } from './words.js';

/** Values of a knob that are told with their time. */
const MOST_VALUES = 6;
/** `9 min 46 s`, `not tried`, and no list of facts. */
const SHORT_CHARS = 14;

/** Every rule: what it did, and what it did not know. */
export function ruleTable({ rules }: DryRunReport): Markup {
  const rows = rules.map(({ id, activations, activeS, blindS, tried, lacks }) => [
    id,
    tried ? activations : 'not tried',
    duration(activeS),
    duration(blindS),
    lacks.join(', '),
  ]);
  return table(
    'Rules',
    ['Rule', 'Fired', 'Active', 'Could not be judged', 'Facts it needs that this log does not tell'],
    rows,
  );
}

/** Every knob with the time at its values. */
export function knobTable({ knobs }: DryRunReport): Markup {
  const rows = Object.entries(knobs).map(([knob, outcome]) => [knob, knobLine(outcome, MOST_VALUES)]);
  return table('Knobs', ['Knob', 'What it was'], rows);
}

/** Every change, in the order of time. */
export function decisionTable({ marks, moreMarks }: Timeline): Markup {
  const rows = marks.map(({ atS, knob, from, to, rule }) => [clock(atS), knob, from, to, rule]);
  const more = moreMarks === 0 ? null : markup`<p>and ${moreMarks} more</p>`;
  return markup`${table('Decisions', ['At', 'Knob', 'From', 'To', 'By'], rows)}${more}`;
}

/** What the books decide differently, and the rules that fire more or less. */
export function differenceTables({ decisions, rules, ...counts }: BookDifference): Markup {
  const { same, comes, goes, moves, changes } = counts;
  const rows = decisions.map((one) => [
    one.kind,
    one.atS === null ? '' : clock(one.atS),
    one.againstAtS === null ? '' : clock(one.againstAtS),
    one.knob,
    one.to === null ? '' : `${one.from} → ${one.to}`,
    one.againstTo === null ? '' : `to ${one.againstTo}`,
    [shiftWords(one), one.to === null || one.againstTo === null ? '' : valueWords(one)]
      .filter((words) => words !== '')
      .join(', '),
    one.rule === one.againstRule
      ? one.rule
      : `${one.rule ?? 'nobody'}, other book ${one.againstRule ?? 'nobody'}`,
  ]);
  const head = [
    'What',
    'At',
    'Other book at',
    'Knob',
    'These rules',
    'Other book',
    'By how much',
    'Decided by',
  ];
  const more = comes + goes + moves + changes - decisions.length;
  return markup`<p>${count(same, 'decision')} the same; ${comes} come with these rules, ${goes} go, ${moves} move in time, ${changes} change.</p>
${rows.length === 0 ? null : table('Decisions that differ', head, rows)}
${more > 0 ? markup`<p>and ${more} more</p>` : null}
${rules.length === 0 ? null : markup`<ul>${rules.map((rule) => markup`<li>${ruleDifferenceLine(rule)}</li>`)}</ul>`}`;
}

/** It may be wider than the page, so it scrolls by itself, by keyboard as well. */
function table(name: string, head: readonly string[], rows: readonly (readonly Part[])[]): Markup {
  const isNumeric = (column: number): boolean =>
    rows.length > 0 && rows.every((row) => typeof row[column] === 'number');
  const headOf = (cell: string, i: number): Markup =>
    isNumeric(i) ? markup`<th scope="col" class="n">${cell}</th>` : markup`<th scope="col">${cell}</th>`;
  const cellOf = (cell: Part, i: number): Markup => {
    if (i === 0) return markup`<th scope="row">${cell}</th>`;
    if (typeof cell !== 'number' && !isShort(cell)) return markup`<td>${cell}</td>`;
    return markup`<td class="${isNumeric(i) ? 'n' : 's'}">${cell}</td>`;
  };
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${name}"><table>
<thead><tr>${head.map(headOf)}</tr></thead>
<tbody>
${rows.map((row) => markup`<tr>${row.map(cellOf)}</tr>`)}
</tbody></table></div>`;
}

/** What must not be broken, as it is no sentence: times, words of a state. */
function isShort(cell: Part): boolean {
  return typeof cell === 'string' && cell.length <= SHORT_CHARS;
}
