/** The charts of a dry-run's page: shapes only, stretched to the page's width; words stand beside them. */

import { count } from '../count.js';
import type { FactTrack, KnobTrack, Mark, RuleTrack, Timeline } from '../shapes/dry-run.js';
import type { KnobValue } from '../shapes/knob.js';
import { rangeOf } from './lanes.js';
import { type Markup, markup } from './markup.js';
import { duration, range } from './words.js';

const HEIGHT = 60;
/** Room above and below the line, so that its ends can be seen. */
const EDGE = 4;
const LANE_HEIGHT = 12;

/** A fact: its mean as a line over what lay between lowest and highest, with the moments of decisions. */
export function factChart(track: FactTrack, { cells, cellS, gapsS, marks }: Timeline): Markup {
  const [low, high] = rangeOf(track) ?? [0, 0];
  const y = scale(low, high);
  const words = range(low, high, track.unit);
  const bands = runs(track.min).map(([from, to]) => {
    const top = points(track.max, from, to, y);
    const bottom = points(track.min, from, to, y).reverse();
    return markup`<polygon class="band" points="${[...top, ...bottom].join(' ')}"/>`;
  });
  const lines = runs(track.mean).map(
    ([from, to]) => markup`<polyline class="line" points="${points(track.mean, from, to, y).join(' ')}"/>`,
  );
  return chart(track.fact, words, cells, HEIGHT, [...momentsOf(gapsS, marks, cellS), ...bands, ...lines]);
}

/** A knob: its value as steps; the other book's dashed. */
export function knobChart(
  track: KnobTrack,
  other: KnobTrack | undefined,
  { cells, cellS, gapsS }: Timeline,
): Markup {
  const rank = (value: KnobValue | null): number | null => {
    if (value === null) return null;
    return track.rungs === null ? Number(value) : track.rungs.indexOf(String(value));
  };
  const ours = track.values.map(rank);
  const others = (other?.values ?? []).map(rank);
  const known = [...ours, ...others].filter((value) => value !== null);
  const y = scale(Math.min(...known), Math.max(...known));
  const values = track.values.filter((value) => value !== null);
  const changes = track.changes.reduce((sum, n) => sum + n, 0);
  const words = `${values[0]} at first, ${values.at(-1)} at the end, ${count(changes, 'change')}`;
  return chart(track.knob, words, cells, HEIGHT, [
    ...momentsOf(gapsS, [], cellS),
    ...(other === undefined ? [] : [markup`<path class="other" d="${steps(others, y)}"/>`]),
    markup`<path class="line" d="${steps(ours, y)}"/>`,
  ]);
}

/** A rule: filled while it was active, hatched while it could not be judged. */
export function ruleChart(
  { id, active, blind }: RuleTrack,
  name: string,
  { cells, cellS }: Timeline,
): Markup {
  const activeS = active.reduce((sum, share) => sum + share * cellS, 0);
  const blindS = blind.reduce((sum, share) => sum + share * cellS, 0);
  const words = `${duration(activeS)} active${blindS > 0 ? `, ${duration(blindS)} not to be judged` : ''}`;
  return chart(name === '' ? id : `${id}, ${name}`, words, cells, LANE_HEIGHT, [
    ...bars(blind, 'blind'),
    ...bars(active, 'active'),
  ]);
}

function chart(
  name: string,
  words: string,
  cells: number,
  height: number,
  shapes: readonly Markup[],
): Markup {
  const size = height === HEIGHT ? 'tall' : 'flat';
  return markup`<figure><figcaption><b>${name}</b> ${words}</figcaption>
<svg class="${size}" viewBox="0 0 ${Math.max(1, cells)} ${height}" preserveAspectRatio="none" role="img" aria-label="${name}: ${words}">
${shapes}</svg></figure>`;
}

/** Vertical lines where the log has a gap, and where something was decided: one for each cell at most. */
function momentsOf(gapsS: readonly number[], marks: readonly Mark[], cellS: number): Markup[] {
  const lines = (kind: string, times: readonly number[]): Markup[] => {
    const cells = new Set(times.map((s) => Math.floor(s / cellS)));
    const path = [...cells].map((cell) => `M${cell + 0.5} 0V${HEIGHT}`).join('');
    return path === '' ? [] : [markup`<path class="${kind}" d="${path}"/>`];
  };
  return [
    ...lines('gap', gapsS),
    ...lines(
      'mark',
      marks.map(({ atS }) => atS),
    ),
  ];
}

function scale(low: number, high: number): (value: number) => number {
  const room = HEIGHT - 2 * EDGE;
  return (value) => (high === low ? HEIGHT / 2 : EDGE + room * (1 - (value - low) / (high - low)));
}

/** The stretches of cells that are known, each from its first to after its last. */
function runs(values: readonly (number | null)[]): [from: number, to: number][] {
  const found: [number, number][] = [];
  let from: number | null = null;
  for (let i = 0; i <= values.length; i++) {
    const isKnown = (values[i] ?? null) !== null;
    if (isKnown) from ??= i;
    else if (from !== null) {
      found.push([from, i]);
      from = null;
    }
  }
  return found;
}

function points(
  values: readonly (number | null)[],
  from: number,
  to: number,
  y: (value: number) => number,
): string[] {
  const known = values.slice(from, to).map((value, i) => `${from + i + 0.5},${y(value ?? 0).toFixed(1)}`);
  // A cell by itself would be a point, which nobody sees.
  return known.length === 1
    ? [`${from},${known[0]?.split(',')[1]}`, `${to},${known[0]?.split(',')[1]}`]
    : known;
}

function steps(values: readonly (number | null)[], y: (value: number) => number): string {
  let path = '';
  let last: number | null = null;
  for (const [i, value] of values.entries()) {
    if (value === null || value === last) continue;
    path += last === null ? `M${i} ${y(value).toFixed(1)}` : `H${i}V${y(value).toFixed(1)}`;
    last = value;
  }
  return `${path}H${values.length}`;
}

/** One bar for each stretch of cells with the same share. */
function bars(shares: readonly number[], kind: string): Markup[] {
  const found: Markup[] = [];
  let from = 0;
  const tenth = (i: number): number => Math.ceil((shares[i] ?? 0) * 10) / 10;
  for (let i = 1; i <= shares.length; i++) {
    if (i < shares.length && tenth(i) === tenth(from)) continue;
    const share = tenth(from);
    if (share > 0)
      found.push(
        markup`<rect class="${kind}" x="${from}" y="0" width="${i - from}" height="${LANE_HEIGHT}" opacity="${share}"/>`,
      );
    from = i;
  }
  return found;
}
