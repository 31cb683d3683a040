/** What held the card back, from the flags and masks of each tool to the words of `gpu.limitedBy`. */
import type { FactValue } from '../../shapes/reading.js';
import { type ColumnName, ofCard } from './columns.js';

/** A word of `gpu.limitedBy`. */
export type Limit = 'thermal' | 'hardware' | 'power' | 'other' | 'none';

/** The first of these that holds is told. */
const ORDER: readonly Limit[] = ['thermal', 'hardware', 'power', 'other'];

/** Bits of a mask and what each means. */
export type Bits = readonly (readonly [bit: number, limit: Limit])[];

/** GPU-Z's PerfCap Reason: VRel and VOp are voltages, 16 is idle, 32 is SLI. */
export const PERFCAP: Bits = [
  [1, 'power'],
  [2, 'thermal'],
  [4, 'other'],
  [8, 'other'],
  [32, 'other'],
];

/** NVML's clock event reasons (nvml.h, nvmlClocksEventReasons); 0x1 is idle. */
export const NVML_REASONS: Bits = [
  [0x20, 'thermal'],
  [0x40, 'thermal'],
  [0x8, 'hardware'],
  [0x80, 'hardware'],
  [0x4, 'power'],
  [0x2, 'other'],
  [0x10, 'other'],
  [0x100, 'other'],
];

/** The word for several limits at once. */
export function firstOf(limits: ReadonlySet<Limit>): Limit {
  return ORDER.find((limit) => limits.has(limit)) ?? 'none';
}

/** The word for a mask. */
export function limitOfMask(mask: number, bits: Bits): Limit {
  return firstOf(new Set(bits.filter(([bit]) => (mask & bit) !== 0).map(([, limit]) => limit)));
}

/** A column that says yes or no of one reason. */
export interface FlagColumn {
  index: number;
  limit: Limit;
  fact: string;
}

/** The columns of a header that are such flags. */
export function findFlags(
  columns: readonly ColumnName[],
  limits: Readonly<Record<string, Limit>>,
  card = 0,
): FlagColumn[] {
  return columns.flatMap(({ index, name }) => {
    const limit = Object.hasOwn(limits, name) ? limits[name] : undefined;
    return limit === undefined ? [] : [{ index, limit, fact: ofCard('gpu.limitedBy', card) }];
  });
}

/** What a flag says, in the languages seen so far; undefined for anything else. */
function readFlag(cell: string): boolean | undefined {
  const word = cell.trim().toLowerCase();
  if (word === 'active' || word === 'yes' || word === '是') return true;
  if (word === 'not active' || word === 'no' || word === '否') return false;
  return /^\d+(?:\.\d+)?$/.test(word) ? Number(word) > 0 : undefined;
}

/** Puts the word for a row's flags into `facts`; no flag that can be read puts nothing. */
export function readFlags(
  cells: readonly string[],
  columns: readonly FlagColumn[],
  facts: Record<string, FactValue>,
): void {
  if (columns.length === 0) return;
  const held = new Map<string, Set<Limit>>();
  for (const { index, limit, fact } of columns) {
    const flag = readFlag(cells[index] ?? '');
    if (flag === undefined) continue;
    const limits = held.get(fact) ?? new Set();
    if (flag) limits.add(limit);
    held.set(fact, limits);
  }
  for (const [fact, limits] of held) facts[fact] = firstOf(limits);
}
