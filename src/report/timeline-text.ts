/** A dry-run's timeline as lines of a terminal: facts, knobs and rules over time. It says the same without colours. */
import type { BookDifference, Difference, KnobTrack, RuleTrack, Timeline } from '../shapes/dry-run.js';
import { factLane, knobLane, rangeOf, ruleLane } from './lanes.js';
import { clock, duration, range } from './words.js';

const NARROWEST = 40;
/** Columns for names and for figures; longer ones are cut. */
const LONGEST_NAME = 22;
const LONGEST_FIGURES = 20;
const OTHER_BOOK = '  with the other book';

interface Lane {
  name: string;
  lane: string;
  figures: string;
}

/** Another book over the same log, to be shown beside. */
export interface Beside {
  timeline: Timeline;
  difference: BookDifference;
}

/** Lines of at most `width` characters; none where the log has no time to draw. */
export function timelineText(timeline: Timeline, width: number, beside: Beside | null = null): string[] {
  const { cells, durationS, cellS } = timeline;
  if (cells < 2) return [];
  const room = Math.max(NARROWEST, width);
  const figures = room >= 70 ? LONGEST_FIGURES : 0;
  const columns = room - LONGEST_NAME - figures - (figures > 0 ? 2 : 1);
  const row = ({ name, lane, figures: text }: Lane): string =>
    `${cut(name, LONGEST_NAME).padEnd(LONGEST_NAME)} ${lane}${figures > 0 ? ` ${cut(text, figures)}` : ''}`.trimEnd();
  const axis = { name: 'time', lane: `0${clock(durationS).padStart(columns - 1)}`, figures: '' };
  const lanes = [
    axis,
    ...factLanes(timeline, columns),
    ...knobLanes(timeline, columns, beside),
    ...ruleLanes(timeline, columns, beside),
    ...(beside === null ? [] : [differenceLane(beside.difference, durationS, columns)]),
  ];
  const perColumn = duration(Math.max(cellS, durationS / columns));
  const others =
    beside === null
      ? ''
      : '; the other book is shown where it differs; + comes, - goes, > moves, ~ changes, * several of these';
  const legend = `one column is ${perColumn}; rules: █ active, ▒ for a part of it, ? cannot be judged, · neither${others}`;
  return [...lanes.map(row), ...wrap(legend, room)];
}

function factLanes({ facts }: Timeline, columns: number): Lane[] {
  return facts.map((track) => {
    const [low, high] = rangeOf(track) ?? [0, 0];
    return {
      name: track.fact,
      lane: factLane(track, columns),
      figures: range(low, high, track.unit),
    };
  });
}

/** Knobs that did not move say nothing over time. */
function knobLanes({ knobs }: Timeline, columns: number, beside: Beside | null): Lane[] {
  const isMoved = ({ changes }: KnobTrack): boolean => changes.some((n) => n > 0);
  const laneOf = (track: KnobTrack, name: string, other: KnobTrack | undefined): Lane => {
    const values = track.values.filter((value) => value !== null);
    const lane = knobLane(track, columns, other);
    return { name, lane, figures: `${values[0]} → ${values.at(-1)}` };
  };
  return knobs.flatMap((track) => {
    const other = beside?.timeline.knobs.find(({ knob }) => knob === track.knob);
    if (!isMoved(track) && (other === undefined || !isMoved(other))) return [];
    const own = laneOf(track, track.knob, other);
    return other === undefined ? [own] : withOther(own, laneOf(other, OTHER_BOOK, track));
  });
}

/** What is the same with both books is shown once. */
function withOther(own: Lane, other: Lane): Lane[] {
  return own.lane === other.lane && own.figures === other.figures ? [own] : [own, other];
}

function ruleLanes({ rules, cellS }: Timeline, columns: number, beside: Beside | null): Lane[] {
  const isActive = ({ active }: RuleTrack): boolean => active.some((share) => share > 0);
  const laneOf = (track: RuleTrack, name: string): Lane => {
    const activeS = track.active.reduce((sum, share) => sum + share * cellS, 0);
    return { name, lane: ruleLane(track, columns), figures: `${duration(activeS)} active` };
  };
  const others = new Map(beside?.timeline.rules.map((track) => [track.id, track]));
  const own = rules.flatMap((track) => {
    const other = others.get(track.id);
    others.delete(track.id);
    if (!isActive(track) && (other === undefined || !isActive(other))) return [];
    const lane = laneOf(track, track.id);
    return other === undefined ? [lane] : withOther(lane, laneOf(other, OTHER_BOOK));
  });
  const gone = [...others.values()].filter(isActive);
  return [...own, ...gone.map((track) => laneOf(track, `${track.id} (other book)`))];
}

const SIGNS: Readonly<Record<Difference['kind'], string>> = {
  comes: '+',
  goes: '-',
  moves: '>',
  changes: '~',
};

function differenceLane({ decisions }: BookDifference, durationS: number, columns: number): Lane {
  const signs = new Array<string>(columns).fill('·');
  for (const { kind, atS, againstAtS } of decisions) {
    const share = durationS === 0 ? 0 : (atS ?? againstAtS ?? 0) / durationS;
    const column = Math.min(columns - 1, Math.floor(share * columns));
    signs[column] = signs[column] === '·' || signs[column] === SIGNS[kind] ? SIGNS[kind] : '*';
  }
  return { name: 'differences', lane: signs.join(''), figures: '' };
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** Words in lines of at most `width` characters; lines after the first are set in by `indent`, the first as it was. */
export function wrap(text: string, width: number, indent: number = 0): string[] {
  const lines: string[] = [];
  const [start = ''] = /^ */.exec(text) ?? [];
  let line = start;
  for (const word of text.trim().split(' ')) {
    const isFirst = line.trim() === '';
    if (isFirst) line += word;
    else if (line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = `${' '.repeat(indent)}${word}`;
    }
  }
  return [...lines, line];
}
