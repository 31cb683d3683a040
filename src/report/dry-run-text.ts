/** A dry-run as a person reads it in the terminal. */
import { count } from '../count.js';
import type { DryRunReport, Timeline } from '../shapes/dry-run.js';
import { differenceText } from './difference-text.js';
import { timelineText, wrap } from './timeline-text.js';
import { assumedLine, duration, headline, knobLine, notTried, OPEN_LOOP, ruleLine } from './words.js';

/** Values of a knob that are told with their time. */
const MOST_VALUES = 4;

/** What is told of one log. */
export interface Told {
  report: DryRunReport;
  profile: string;
  timeline: Timeline | null;
  /** The other book's; null without one. */
  againstTimeline: Timeline | null;
  /** How a replay stands to the run that it replays; empty for a what-if. */
  standing: string;
}

/** Lines without colours, of at most `width` characters where they can be broken. */
export function dryRunText(
  { report, profile, timeline, againstTimeline, standing }: Told,
  width: number,
): string[] {
  const { rules, knobs, decisions, digest, factsMissing, difference, kind, assumed } = report;
  const beside =
    againstTimeline === null || difference === undefined ? null : { timeline: againstTimeline, difference };
  const item = (text: string): string[] => wrap(`  ${text}`, width, 4);
  const fired = rules.filter(({ activations }) => activations > 0);
  const untried = notTried(rules);
  const halfSeen = rules.filter(
    ({ activations, tried, lacks, blindS }) => activations === 0 && tried && (lacks.length > 0 || blindS > 0),
  );
  const moved = Object.entries(knobs).filter(([, { changes }]) => changes > 0);
  const still = Object.entries(knobs).filter(([, { changes }]) => changes === 0);
  return [
    ...wrap(headline(report, profile), width),
    ...(kind === 'whatIf' ? wrap(OPEN_LOOP, width) : []),
    ...(assumed.length === 0 ? [] : wrap(assumedLine(assumed), width)),
    ...(timeline === null ? [] : ['', ...timelineText(timeline, width, beside)]),
    '',
    fired.length === 0 ? 'no rule fired' : 'rules that fired',
    ...fired.flatMap((rule) => item(`${rule.id}: ${ruleLine(rule)}`)),
    ...(untried.length === 0 ? [] : ['blind rules: not tried, as what they look at was never known']),
    ...untried.flatMap(({ id, lacks }) => item(lacks.length === 0 ? id : `${id}: lacks ${lacks.join(', ')}`)),
    ...(halfSeen.length === 0 ? [] : ['rules that did not fire, with a part of what they look at unknown']),
    ...halfSeen.flatMap(({ id, blindS, lacks }) =>
      item(
        `${id}: ${[
          ...(blindS > 0 ? [`could not be judged for ${duration(blindS)}`] : []),
          ...(lacks.length > 0 ? [`lacks ${lacks.join(', ')}`] : []),
        ].join('; ')}`,
      ),
    ),
    ...(moved.length === 0 ? [] : ['knobs']),
    ...moved.flatMap(([knob, outcome]) => item(`${knob}: ${knobLine(outcome, MOST_VALUES)}`)),
    ...(still.length === 0
      ? []
      : wrap(
          `not moved: ${still.map(([knob, { timeAtS }]) => `${knob} ${Object.keys(timeAtS)[0]}`).join(', ')}`,
          width,
          2,
        )),
    ...(factsMissing.length === 0
      ? []
      : wrap(`facts the rules look at that were never known: ${factsMissing.join(', ')}`, width, 2)),
    ...(difference === undefined
      ? []
      : ['', ...differenceText(difference).flatMap((line) => wrap(line, width, 4))]),
    '',
    `${count(decisions, 'decision')}, digest ${digest}${standing}`,
  ];
}
