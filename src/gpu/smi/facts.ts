/** A row of nvidia-smi as the facts of a card: every fact of `gpu.`, told or with its reason. */
import { CATALOGUE, refuseValue } from '../../facts/catalogue.js';
import { usedPercent } from '../../facts/used-percent.js';
import type { FactValue } from '../../shapes/reading.js';
import { refuseDraw } from '../believable-draw.js';
import { type LimitWitnesses, limitedBy } from '../nvml/limited-by.js';
import { type Cell, readCell, readMask, readNumber } from './cell.js';
import type { Column, Row } from './columns.js';

/** A value, or why there is none. */
export type Told = { value: FactValue } | { quality: 'missing' | 'unsupported'; why: string };

/** Facts that are the number of one column; where the first column has none, that of the next. */
const NUMBERS: Readonly<Record<string, readonly Column[]>> = {
  'gpu.utilizationPercent': ['utilization.gpu'],
  'gpu.memoryBusyPercent': ['utilization.memory'],
  'gpu.memoryUsedMib': ['memory.used'],
  'gpu.temperatureC': ['temperature.gpu'],
  'gpu.thermalMarginC': ['temperature.gpu.tlimit'],
  'gpu.memoryTemperatureC': ['temperature.memory'],
  'gpu.powerW': ['power.draw'],
  'gpu.powerLimitW': ['enforced.power.limit', 'power.limit'],
  'gpu.powerLimitDefaultW': ['power.default_limit'],
  'gpu.powerLimitMinW': ['power.min_limit'],
  'gpu.powerLimitMaxW': ['power.max_limit'],
  'gpu.graphicsClockMhz': ['clocks.gr'],
  'gpu.smClockMhz': ['clocks.sm'],
  'gpu.memoryClockMhz': ['clocks.mem'],
  'gpu.videoClockMhz': ['clocks.video'],
  'gpu.encoderPercent': ['utilization.encoder'],
  'gpu.decoderPercent': ['utilization.decoder'],
};

/** What no column of nvidia-smi tells. */
const NEVER: Readonly<Record<string, string>> = {
  'gpu.hotSpotC': 'nvidia-smi has no column for it',
  'gpu.pcieReceiveMegabytesPerS': 'nvidia-smi tells it in its dmon mode only',
  'gpu.pcieTransmitMegabytesPerS': 'nvidia-smi tells it in its dmon mode only',
  'gpu.energyJ': 'nvidia-smi has no column for it',
};

/** Reads a row; `unknown` names the columns that this version lacks. What is ours is for the card to tell. */
export function factsOf(row: Row, unknown: ReadonlyMap<string, string>): Record<string, Told> {
  const number = (column: Column): Told => numberOf(cellOf(row, column, unknown));
  const facts: Record<string, Told> = {};
  for (const [fact, [first, ...others]] of Object.entries(NUMBERS)) {
    if (first === undefined) continue;
    const told = number(first);
    facts[fact] = 'value' in told ? told : (others.map(number).find((one) => 'value' in one) ?? told);
  }
  for (const [fact, why] of Object.entries(NEVER)) facts[fact] = { quality: 'unsupported', why };
  facts['gpu.powerW'] = plausibleW(facts['gpu.powerW'], number('power.max_limit'));
  facts['gpu.memoryUsedPercent'] = shareOf(number('memory.used'), number('memory.total'));
  // What a fan is meant to do may lie above 100 %, where a fan's maximum was measured low.
  facts['gpu.fanPercent'] = mapNumber(number('fan.speed'), (percent) => Math.min(100, percent));
  facts['gpu.performanceState'] = stateOf(cellOf(row, 'pstate', unknown));
  const numberIn = (told: Told | undefined): number | undefined =>
    told !== undefined && 'value' in told ? Number(told.value) : undefined;
  facts['gpu.limitedBy'] = reasonsOf(cellOf(row, 'clocks_event_reasons.active', unknown), {
    powerW: numberIn(facts['gpu.powerW']),
    powerLimitW: numberIn(facts['gpu.powerLimitW']),
    clockMhz: numberIn(facts['gpu.graphicsClockMhz']),
    maxClockMhz: numberIn(number('clocks.max.gr')),
  });
  return Object.fromEntries(Object.entries(facts).map(([fact, told]) => [fact, admitted(fact, told)]));
}

/** What lies outside the catalogue is a sentinel or nonsense, such as 65535 °C. */
function admitted(fact: string, told: Told): Told {
  const definition = CATALOGUE[fact];
  if (!('value' in told) || definition === undefined) return told;
  const refusal = refuseValue(definition, told.value);
  return refusal === null ? told : { quality: 'missing', why: refusal };
}

function cellOf(row: Row, column: Column, unknown: ReadonlyMap<string, string>): Cell {
  const name = unknown.get(column);
  if (name === undefined) return readCell(row[column]);
  return { quality: 'unsupported', why: `this version of nvidia-smi does not know the field "${name}"` };
}

function numberOf(cell: Cell): Told {
  if (!('text' in cell)) return cell;
  const value = readNumber(cell.text);
  return value === null ? unreadable('a number', cell.text) : { value };
}

function stateOf(cell: Cell): Told {
  if (!('text' in cell)) return cell;
  const state = /^P(\d{1,2})$/.exec(cell.text)?.[1];
  return state === undefined ? unreadable('P0 to P15', cell.text) : { value: Number(state) };
}

function reasonsOf(cell: Cell, witnesses: LimitWitnesses): Told {
  if (!('text' in cell)) return cell;
  const mask = readMask(cell.text);
  return mask === null
    ? unreadable('a mask such as 0x0000000000000004', cell.text)
    : { value: limitedBy(Number(mask), witnesses) };
}

function shareOf(used: Told, total: Told): Told {
  if (!('value' in used)) return used;
  if (!('value' in total)) return total;
  const percent = usedPercent(Number(used.value), Number(total.value));
  return percent === undefined
    ? { quality: 'missing', why: 'the card tells of no memory in all' }
    : { value: percent };
}

function plausibleW(draw: Told | undefined, limit: Told): Told {
  if (draw === undefined || !('value' in draw) || !('value' in limit)) return draw ?? limit;
  const why = refuseDraw(Number(draw.value), Number(limit.value));
  return why === null ? draw : { quality: 'missing', why };
}

function mapNumber(told: Told | undefined, map: (value: number) => FactValue): Told {
  if (told === undefined) return { quality: 'missing', why: 'nvidia-smi left it empty' };
  return 'value' in told ? { value: map(Number(told.value)) } : told;
}

function unreadable(expected: string, text: string): Told {
  return { quality: 'missing', why: `expected ${expected} of nvidia-smi, got "${text.slice(0, 60)}"` };
}
