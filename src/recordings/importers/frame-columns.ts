/** The frame columns of PresentMon and of the tools that build on it, in each of its three header sets. */
import { type ColumnName, columnLabel, squeeze } from './columns.js';

/** In which unit a column tells the time. */
export type TimeUnit = 's' | 'ms' | 'qpc' | 'date' | 'unsaid';

/** Where a frame's time stands; the first that is there counts. */
const TIMES: readonly (readonly [name: string, unit: TimeUnit])[] = [
  ['timeinseconds', 's'],
  ['timeinms', 'ms'],
  ['timeinqpc', 'qpc'],
  ['timeindatetime', 'date'],
  ['cpustarttimeinseconds', 's'],
  ['cpustarttimeinms', 'ms'],
  // Ms from 2.0.0 to 2.3.0 and s after that, under one name.
  ['cpustarttime', 'unsaid'],
  ['cpustartqpc', 'qpc'],
  ['cpustartqpctime', 'qpc'],
  ['cpustartdatetime', 'date'],
];

/** What of a header tells frames. */
export interface FrameColumns {
  time: number;
  timeUnit: TimeUnit;
  /** The columns whose sum is a frame's time: one, or busy and waiting of 2.0. */
  interval: readonly number[];
  process: number;
  swapChain: number;
  application: number;
}

/** The frame columns of a header; null where it tells no frames. */
export function findFrames(columns: readonly ColumnName[]): FrameColumns | null {
  const place = (name: string): number => columns.findIndex((column) => column.name === name);
  const [time, timeUnit] = TIMES.map(([name, unit]) => [place(name), unit] as const).find(
    ([index]) => index >= 0,
  ) ?? [-1, 'unsaid'];
  const interval = [['msbetweenpresents'], ['frametime'], ['cpubusy', 'cpuwait']]
    .map((names) => names.map(place))
    .find((places) => places.every((index) => index >= 0));
  const [application, swapChain] = [place('application'), place('swapchainaddress')];
  if (time < 0 || interval === undefined || application < 0 || swapChain < 0) return null;
  return { time, timeUnit, interval, process: place('processid'), swapChain, application };
}

/** FrameView tells beside the unit where a power comes from: `NV Pwr(W) (API)`. */
const WITH_UNIT = /^(.*?\S)\s*\(([^()]*)\)\s*(\((?:API|PCAT)\))?\s*$/;

/** Names with the unit in round brackets behind them, or in the name itself, as `MsBetweenPresents`. */
export function frameNames(cells: readonly string[]): ColumnName[] {
  return cells.map((cell, index) => {
    const match = WITH_UNIT.exec(cell);
    const label = columnLabel(index, cell);
    return match === null
      ? { index, name: squeeze(cell), unit: '', label }
      : { index, name: squeeze(`${match[1]}${match[3] ?? ''}`), unit: match[2]?.trim() ?? '', label };
  });
}
