/** How two books differ over one log, for the terminal. */
import { count } from '../count.js';
import type { BookDifference, Difference, RuleDifference } from '../shapes/dry-run.js';
import { clock, duration, figure, times } from './words.js';

/** Rows of the table; the JSON has them all. */
const MOST = 40;

/** The table of decisions that differ, and the rules that fire more or less. */
export function differenceText(difference: BookDifference): string[] {
  const { same, comes, goes, moves, changes, decisions, rules } = difference;
  const differing = comes + goes + moves + changes;
  const head = `${count(same, 'decision')} the same; ${comes} come, ${goes} go, ${moves} move in time, ${changes} change`;
  if (differing === 0 && rules.length === 0) return [`${head}: both books decide the same over this log`];
  const rest = differing - Math.min(MOST, decisions.length);
  return [
    head,
    ...decisions.slice(0, MOST).map((one) => `  ${differenceLine(one)}`),
    ...(rest > 0 ? [`  and ${rest} more; --json and --html tell more of them`] : []),
    ...rules.map((rule) => `  ${ruleDifferenceLine(rule)}`),
  ];
}

/** `0:12 comes: powerLimitW 450 → 320 by cool-down`. */
export function differenceLine(one: Difference): string {
  const { kind, knob, from, to, againstTo, rule, againstRule, atS, againstAtS } = one;
  const at = clock(atS ?? againstAtS ?? 0);
  if (kind === 'comes') return `${at} comes: ${knob} ${from} → ${to} by ${rule}`;
  if (kind === 'goes') return `${at} goes: ${knob} ${from} → ${againstTo} by ${againstRule}`;
  const words = [
    shiftWords(one),
    valueWords(one),
    ...(rule === againstRule ? [] : [`by ${againstRule} in the other book`]),
  ];
  const told = words.filter((word) => word !== '').join(', ');
  return `${at} ${kind}: ${knob} ${from} → ${to} by ${rule} (${told})`;
}

/** `7 s later`; empty where the time is the same. */
export function shiftWords({ byS }: Difference): string {
  return byS === null || byS === 0 ? '' : `${duration(Math.abs(byS))} ${byS > 0 ? 'later' : 'earlier'}`;
}

/** `40 less than 360`, `instead of yolov8s`; empty where the value is the same. */
export function valueWords({ to, againstTo, byValue }: Difference): string {
  if (to === againstTo) return '';
  if (byValue === null) return `instead of ${againstTo}`;
  return `${figure(Math.abs(byValue))} ${byValue > 0 ? 'more' : 'less'} than ${againstTo}`;
}

function beside(own: string, other: string): string {
  return own === other ? `${own} with both` : `${own} instead of ${other}`;
}

/** `cool-down: fired 2 times instead of once, 40 s instead of 12 s active`. */
export function ruleDifferenceLine(rule: RuleDifference): string {
  const { id, activations, againstActivations, activeS, againstActiveS } = rule;
  if (activations === null || activeS === null)
    return `${id}: only in the other book, where it fired ${times(againstActivations ?? 0)}, ${duration(againstActiveS ?? 0)} active`;
  if (againstActivations === null || againstActiveS === null)
    return `${id}: only in these rules, fired ${times(activations)}, ${duration(activeS)} active`;
  const fired = beside(times(activations), times(againstActivations));
  return `${id}: fired ${fired}, ${beside(duration(activeS), duration(againstActiveS))} active`;
}
