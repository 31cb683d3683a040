/** How a dry-run's figures are said, on the terminal and on its page. */
import { count } from '../count.js';
import type { Assumption, DryRunReport, KnobOutcome, RuleOutcome } from '../shapes/dry-run.js';

/** What every what-if has to say of itself. */
export const OPEN_LOOP =
  'An open loop: every reading is as recorded. How temperature, load and frames would have answered other decisions cannot be known from a log; a rule that acts here may act once where it would have acted often, or the other way round.';

/** `45 s`, `12 min 5 s`, `3 h 2 min`: at most two parts. */
export function duration(s: number): string {
  const whole = Math.round(s);
  if (s < 60) return `${Math.round(s * 10) / 10} s`;
  const [h, min] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  const parts = h > 0 ? [`${h} h`, `${min} min`] : [`${min} min`, `${whole % 60} s`];
  return parts.filter((part) => !part.startsWith('0 ')).join(' ');
}

/** A place in the log: seconds from its first sample as `m:ss` or `h:mm:ss`, with the fraction that there is. */
export function clock(s: number): string {
  const thousandths = Math.round(s * 1000);
  const seconds = (thousandths % 60_000) / 1000;
  const min = Math.floor(thousandths / 60_000);
  const tail = `${seconds < 10 ? '0' : ''}${seconds}`;
  return min < 60 ? `${min}:${tail}` : `${Math.floor(min / 60)}:${String(min % 60).padStart(2, '0')}:${tail}`;
}

/** Three significant places, and whole numbers as they are. */
export function figure(value: number): string {
  return Number.isInteger(value)
    ? String(value)
    : String(Number(value.toPrecision(Math.abs(value) < 1000 ? 3 : 6)));
}

/** `60 to 80.1 °C`; one figure where both are told the same. */
export function range(low: number, high: number, unit: string): string {
  const [from, to] = [figure(low), figure(high)];
  return `${from === to ? from : `${from} to ${to}`} ${unit}`.trim();
}

/** `3 times`, `once`, `never`. */
export function times(n: number): string {
  return n === 0 ? 'never' : n === 1 ? 'once' : `${n} times`;
}

/** The first line of a report. */
export function headline(report: DryRunReport, profile: string): string {
  const { kind, samples, durationS, segments, rejectedRows } = report;
  const what = kind === 'replay' ? 'replay' : `what-if with profile ${profile}`;
  return `${what}: ${count(samples, 'sample')}, ${duration(durationS)}, ${count(segments, 'segment')}, ${count(rejectedRows, 'rejected row')}`;
}

const ASSUMED: Readonly<Record<Assumption['what'], (profile: string, knobs: string) => string>> = {
  bot: (profile, knobs) =>
    `a connected bot that offers what the profile ${profile} declares${knobs === '' ? '' : `, from ${knobs}`}`,
  card: (_, knobs) => `a card that lets these be written: ${knobs}`,
  profile: (profile) => `the profile ${profile}`,
};

/** What a what-if took for granted, as a sentence; empty where the log told all of it. */
export function assumedLine(assumed: readonly Assumption[]): string {
  if (assumed.length === 0) return '';
  const parts = assumed.map(({ what, profile, knobs }) => {
    const told = Object.entries(knobs).map(([knob, value]) => `${knob} ${value}`);
    return ASSUMED[what](profile, told.join(', '));
  });
  return `Assumed, as this log does not tell it: ${parts.join('; ')}.`;
}

/** What a rule did, with what it did not know. */
export function ruleLine({ activations, activeS, blindS, lacks }: RuleOutcome): string {
  return [
    activations === 0 ? 'never fired' : `fired ${times(activations)}, ${duration(activeS)} active`,
    ...(blindS > 0 ? [`could not be judged for ${duration(blindS)}`] : []),
    ...(lacks.length > 0 ? [`judged without ${lacks.join(', ')}, which this log does not tell`] : []),
  ].join('; ');
}

/** `3 changes; 450 for 5 min 2 s, 320 for 40 s`, the longest first. */
export function knobLine({ changes, timeAtS }: KnobOutcome, most: number): string {
  const longest = Object.entries(timeAtS).sort(([, a], [, b]) => b - a);
  const told = longest.slice(0, most).map(([value, s]) => `${value} for ${duration(s)}`);
  const more = longest.length > most ? [count(longest.length - most, 'other value')] : [];
  return `${count(changes, 'change')}; ${[...told, ...more].join(', ')}`;
}

/** Rules of which nothing is known: none of their conditions could be judged at any sample. */
export function notTried(rules: readonly RuleOutcome[]): RuleOutcome[] {
  return rules.filter(({ tried }) => !tried);
}
