/** HWiNFO64's sensor log, in English and in Chinese. */
import type { FactValue } from '../../shapes/reading.js';
import { splitCells } from './cells.js';
import {
  type ColumnName,
  type FactNames,
  findColumns,
  type NumberColumn,
  readColumns,
  readNames,
} from './columns.js';
import type { ImportContext, Importer, LineTaker } from './importer.js';
import { type FlagColumn, findFlags, type Limit, readFlags } from './limited-by.js';
import { NO_HEADER, noTime, wrongWidth } from './rejections.js';
import { Sessions } from './sessions.js';

const TEMPERATURE = ['gputemperature', 'gpu温度'];
/** A device's columns stand together, and those of the graphics card begin with its temperature. */
const CARD: FactNames = {
  'gpu.temperatureC': TEMPERATURE,
  'gpu.hotSpotC': ['gpuhotspottemperature', 'gpu热点温度'],
  'gpu.memoryTemperatureC': ['gpumemoryjunctiontemperature', '显存结温'],
  'gpu.powerW': ['gpupower', 'totalboardpower(tbp)', 'totalgraphicspower(tgp)', 'gpuasicpower', 'gpu功率'],
  'gpu.graphicsClockMhz': ['gpuclock', 'gpu频率'],
  'gpu.smClockMhz': ['gpuclock', 'gpu频率'],
  'gpu.memoryClockMhz': ['gpumemoryclock', '显存频率'],
  'gpu.videoClockMhz': ['gpuvideoclock', 'gpu视频频率'],
  'gpu.utilizationPercent': ['gpucoreload', 'gpuutilization', 'gpu核心使用率'],
  'gpu.memoryBusyPercent': ['gpumemorycontrollerload', '显存控制器使用率'],
  'gpu.memoryUsedMib': ['gpumemoryallocated', 'gpumemoryusage', '分配显存'],
  'gpu.memoryUsedPercent': ['gpumemoryusage', '显存使用'],
  'gpu.fanPercent': ['gpufan', 'gpufan1', 'gpu风扇', 'gpu风扇1'],
  // What the card itself says it is limited at.
  'limits.gpuThrottleC': ['gputhermallimit', 'gpu过热限制'],
};
const REST: FactNames = {
  'frame.fps': [
    'frameratepresented(avg)',
    'framerate(presented)(avg)',
    'framerate',
    '帧率(presented)',
    '帧率',
  ],
  'frame.intervalMs': ['frametimepresented(avg)', 'frametime(presented)(avg)', 'frametime', '帧时间'],
  'system.cpuPercent': ['totalcpuusage', 'cpu总使用率'],
  'system.cpuTemperatureC': ['cpupackage', 'cpu(tctl/tdie)', 'cpu封装'],
  'system.memoryUsedMib': ['physicalmemoryused', '已用物理内存'],
  'system.memoryPercent': ['physicalmemoryload', '物理内存使用率'],
};
const FLAGS: Readonly<Record<string, Limit>> = {
  'performancelimit-thermal': 'thermal',
  'performancelimit-power': 'power',
  'performancelimit-reliabilityvoltage': 'other',
  'performancelimit-maxoperatingvoltage': 'other',
  'performancelimit-sligpuboostsync': 'other',
  'performancelimit-utilization': 'none',
  '性能受限-过热': 'thermal',
  '性能受限-功率': 'power',
  '性能受限-可靠性电压': 'other',
  '性能受限-最大操作电压': 'other',
  '性能受限-sligpuboostsync': 'other',
  '性能受限-使用率': 'none',
};

interface Table {
  width: number;
  /** The header ends with a separator, and so do its rows. */
  isClosed: boolean;
  numbers: NumberColumn[];
  flags: FlagColumn[];
}

/**
 * Of several graphics units, whose columns bear the same names, the one that tells the most. Columns that none of them
 * begins are all looked at.
 */
function cardColumns(columns: readonly ColumnName[]): readonly ColumnName[] {
  const starts = columns.flatMap(({ name }, i) => (TEMPERATURE.includes(name) ? [i] : []));
  let best: readonly ColumnName[] = columns;
  let most = 0;
  for (const [i, start] of starts.entries()) {
    const block = columns.slice(start, starts[i + 1]);
    const told = findColumns(block, CARD).length;
    if (told > most) [best, most] = [block, told];
  }
  return best;
}

function tableOf(cells: readonly string[]): Table {
  const columns = readNames(cells);
  const card = cardColumns(columns);
  const isClosed = (cells.at(-1) ?? '').trim() === '';
  return {
    width: isClosed ? cells.length - 1 : cells.length,
    isClosed,
    numbers: [...findColumns(card, CARD), ...findColumns(columns, REST)],
    flags: findFlags(card, FLAGS),
  };
}

function isHeader(line: string): boolean {
  return /^"?Date"?\s*,\s*"?Time"?\s*,.*\[/.test(line);
}

/** The importer of HWiNFO64. */
export const hwinfo: Importer = {
  format: 'hwinfo',
  isPerFrame: false,
  sniff: ([first = '']) => isHeader(first),
  open: (context) => new Reader(context),
};

class Reader implements LineTaker {
  readonly #context: ImportContext;
  #table: Table | null = null;
  readonly #sessions = new Sessions();

  constructor(context: ImportContext) {
    this.#context = context;
    context.clock.useOrder('dayFirst');
  }

  take(line: string): string | null {
    // A log that was ended in order names the device of each column below the header, which comes once more.
    if (line.trim() === '' || line.startsWith(',,')) return null;
    if (isHeader(line)) {
      const names = splitCells(line);
      this.#table = tableOf(names);
      const { numbers, flags } = this.#table;
      this.#context.columns(names, [0, 1, ...[...numbers, ...flags].map(({ index }) => index)]);
      this.#sessions.begin();
      return null;
    }
    const table = this.#table;
    if (table === null) return NO_HEADER;
    const cells = splitCells(line);
    const isClosed = cells.length === table.width + 1 && (cells.at(-1) ?? '').trim() === '';
    if (isClosed) cells.pop();
    if (cells.length !== table.width || (table.isClosed && !isClosed))
      return wrongWidth(cells.length, table.width);
    const timeMs = this.#context.clock.read(`${cells[0]?.trim()} ${cells[1]?.trim()}`);
    if (timeMs === null) return noTime(`${cells[0]} ${cells[1]}`);
    const facts: Record<string, FactValue> = {};
    readColumns(cells, table.numbers, facts, this.#context);
    readFlags(cells, table.flags, facts);
    this.#context.emit({ timeMs, facts, begins: this.#sessions.takeRow() });
    return null;
  }

  end(): void {}
}
