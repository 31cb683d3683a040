/** CapFrameX's records: one JSON document with the frames of each run and, on a clock of their own, its sensors. */
import type { FactValue } from '../../shapes/reading.js';
import type { ImportContext, Importer, LineTaker } from './importer.js';
import { Sessions } from './sessions.js';

/** The document is held in memory: half an hour at 300 frames a second takes about 60 MB. */
const MAX_CHARS = 200_000_000;

/** The sensors by the names of the first form. */
const SENSORS: Readonly<Record<string, readonly string[]>> = {
  CpuUsage: ['system.cpuPercent'],
  GpuUsage: ['gpu.utilizationPercent'],
  GpuClock: ['gpu.graphicsClockMhz', 'gpu.smClockMhz'],
  GpuPower: ['gpu.powerW'],
  GpuTemp: ['gpu.temperatureC'],
  VRamUsage: ['gpu.memoryUsedMib'],
};
/** The sensors of the second form by type and name. */
const NAMED: readonly (readonly [type: string, name: RegExp, facts: readonly string[]])[] = [
  ['Load', /^GPU Core$/i, ['gpu.utilizationPercent']],
  ['Clock', /^GPU Core$/i, ['gpu.graphicsClockMhz', 'gpu.smClockMhz']],
  ['Clock', /^GPU Memory$/i, ['gpu.memoryClockMhz']],
  ['Power', /^GPU (?:Power|Total|TBP|TDP)$/i, ['gpu.powerW']],
  ['Temperature', /^GPU Core$/i, ['gpu.temperatureC']],
  ['Temperature', /^GPU Hot ?Spot$/i, ['gpu.hotSpotC']],
  ['Load', /^CPU Total$/i, ['system.cpuPercent']],
  ['Temperature', /^CPU Package$/i, ['system.cpuTemperatureC']],
];

type Numbers = readonly unknown[];

/** The importer of CapFrameX's records. */
export const capframexJson: Importer = {
  format: 'capframex',
  isPerFrame: true,
  sniff: (head) => {
    const start = head.slice(0, 40).join('\n').slice(0, 20_000);
    return (
      /^\s*\{/.test(start) &&
      (/"Runs"\s*:/.test(start) ||
        (/"Info"\s*:\s*\{/.test(start) && /"(?:GameName|ProcessName)"\s*:/.test(start)))
    );
  },
  open: (context) => new Reader(context),
};

class Reader implements LineTaker {
  readonly #context: ImportContext;
  readonly #lines: string[] = [];
  readonly #sessions = new Sessions();
  #chars = 0;

  constructor(context: ImportContext) {
    this.#context = context;
  }

  take(line: string): string | null {
    this.#chars += line.length;
    if (this.#chars <= MAX_CHARS) this.#lines.push(line);
    return null;
  }

  end(): void {
    for (const why of this.#read()) this.#context.reject(why);
  }

  #read(): string[] {
    if (this.#chars > MAX_CHARS) return [`the record is longer than ${MAX_CHARS} characters`];
    const record = parse(this.#lines.join('\n'));
    this.#lines.length = 0;
    const runs = listOf(fieldOf(record, 'Runs'));
    if (runs === null) return ['the document is cut off or has no runs'];
    return runs.flatMap((run) => this.#readRun(run));
  }

  #readRun(run: unknown): string[] {
    const captured = fieldOf(run, 'CaptureData');
    const times = listOf(fieldOf(captured, 'TimeInSeconds'));
    const intervals = listOf(fieldOf(captured, 'MsBetweenPresents'));
    if (times === null || intervals === null) return ['a run has no frames'];
    this.#sessions.begin();
    const sensors = new SensorLines(run);
    const rejected: string[] = [];
    for (const [i, time] of times.entries()) {
      if (typeof time !== 'number') {
        rejected.push(`frame ${i} has no time`);
        continue;
      }
      const interval = intervals[i];
      if (typeof interval !== 'number') {
        rejected.push(`frame ${i} has no frame time`);
        continue;
      }
      const facts: Record<string, FactValue> = { 'frame.intervalMs': interval };
      sensors.readUntil(time, facts);
      this.#context.emit({ timeMs: time * 1000, facts, begins: this.#sessions.takeRow() });
    }
    for (let i = times.length; i < intervals.length; i++) rejected.push(`frame ${i} has no time`);
    return rejected;
  }
}

/** The sensors of a run: each reading goes to the first frame that is not before it. */
class SensorLines {
  readonly #times: Numbers;
  readonly #columns: { values: Numbers; facts: readonly string[] }[] = [];
  #next = 0;

  constructor(run: unknown) {
    const first = fieldOf(run, 'SensorData');
    const second = fieldOf(run, 'SensorData2');
    const named = typeof second === 'object' && second !== null ? Object.values(second) : [];
    const timeOf = (one: unknown): boolean =>
      String(fieldOf(one, 'Name')).replace(/\s/g, '') === 'MeasureTime';
    this.#times =
      listOf(fieldOf(first, 'MeasureTime')) ?? listOf(fieldOf(named.find(timeOf), 'Values')) ?? [];
    for (const [name, facts] of Object.entries(SENSORS)) this.#add(fieldOf(first, name), facts);
    for (const [type, pattern, facts] of NAMED) {
      const sensor = named.find(
        (one) => fieldOf(one, 'Type') === type && pattern.test(String(fieldOf(one, 'Name'))),
      );
      this.#add(fieldOf(sensor, 'Values'), facts);
    }
  }

  readUntil(time: number, facts: Record<string, FactValue>): void {
    for (; Number(this.#times[this.#next]) <= time; this.#next++) {
      for (const { values, facts: names } of this.#columns) {
        const value = values[this.#next];
        if (typeof value === 'number') for (const name of names) facts[name] = value;
      }
    }
  }

  #add(values: unknown, facts: readonly string[]): void {
    const list = listOf(values);
    if (list !== null && list.length > 0) this.#columns.push({ values: list, facts });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function listOf(value: unknown): Numbers | null {
  return Array.isArray(value) ? value : null;
}
