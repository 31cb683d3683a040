/** Cells of a timeline as characters of a line. */
import type { FactTrack, KnobTrack, RuleTrack } from '../shapes/dry-run.js';
import type { KnobValue } from '../shapes/knob.js';

const LEVELS = '▁▂▃▄▅▆▇█';
/** A rule that was active for less of a column's time is shown as partly active. */
const WHOLE = 0.999;

/** The cells that each of `columns` stands for, at least one. */
export function spans(cells: number, columns: number): [from: number, to: number][] {
  return Array.from({ length: columns }, (_, i) => {
    const from = Math.floor((i * cells) / columns);
    return [from, Math.max(from + 1, Math.floor(((i + 1) * cells) / columns))];
  });
}

/** A fact's mean in eight heights between its lowest and its highest; a blank where it was not known. */
export function factLane({ mean }: FactTrack, columns: number): string {
  return heights(spans(mean.length, columns).map(([from, to]) => meanOf(mean.slice(from, to))));
}

/** A knob's last value in each column: rungs by their order, numbers by their size; on one scale with the `beside`. */
export function knobLane(track: KnobTrack, columns: number, beside: KnobTrack | null = null): string {
  const others = beside === null ? [] : ranksOf(beside, columns);
  return heights(ranksOf(track, columns), others);
}

function ranksOf({ values, rungs }: KnobTrack, columns: number): (number | null)[] {
  const rank = (value: KnobValue | null): number | null => {
    if (value === null) return null;
    return rungs === null ? Number(value) : rungs.indexOf(String(value));
  };
  return spans(values.length, columns).map(([from, to]) => rank(values[Math.max(from, to - 1)] ?? null));
}

/** `█` active, `▒` for a part of the time, `?` not to be judged, `·` none of these. */
export function ruleLane({ active, blind }: RuleTrack, columns: number): string {
  return spans(active.length, columns)
    .map(([from, to]) => {
      const share = meanOf(active.slice(from, to)) ?? 0;
      if (share > 0) return share >= WHOLE ? '█' : '▒';
      return (meanOf(blind.slice(from, to)) ?? 0) >= WHOLE / 2 ? '?' : '·';
    })
    .join('');
}

/** The lowest and the highest of a fact; null where it was never known. */
export function rangeOf({ min, max }: FactTrack): [number, number] | null {
  const lowest = min.filter((value) => value !== null);
  const highest = max.filter((value) => value !== null);
  return lowest.length === 0 ? null : [Math.min(...lowest), Math.max(...highest)];
}

/** The scale reaches from the lowest to the highest of the values and of `others`. */
function heights(values: readonly (number | null)[], others: readonly (number | null)[] = []): string {
  const known = [...values, ...others].filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return values
    .map((value) => {
      if (value === null) return ' ';
      if (high === low) return LEVELS[3];
      return LEVELS[Math.round(((value - low) / (high - low)) * (LEVELS.length - 1))];
    })
    .join('');
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
