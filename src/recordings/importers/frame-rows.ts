/** Reads the rows of frame logs: PresentMon, OCAT, CapFrameX's old form and FrameView share their grammar. */
import type { FactValue } from '../../shapes/reading.js';
import { isMissing, readNumber, splitCells } from './cells.js';
import { type ColumnName, type NumberColumn, readColumns } from './columns.js';
import { DECIDING_FRAMES, type RawFrame, unitMs } from './frame-clock.js';
import { type FrameColumns, findFrames, frameNames } from './frame-columns.js';
import type { ImportContext, LineTaker } from './importer.js';
import { type FlagColumn, readFlags } from './limited-by.js';
import { NO_HEADER, noTime, wrongWidth } from './rejections.js';
import { Sessions } from './sessions.js';

/** What a tool logs besides frames. */
export interface Telemetry {
  numbers: NumberColumn[];
  flags: FlagColumn[];
}

interface Table extends Telemetry {
  width: number;
  /** Cells of a row without what OCAT writes into the first row only. */
  shortWidth: number;
  frames: FrameColumns;
}

interface HeldFrame extends RawFrame {
  facts: Record<string, FactValue>;
  begins: boolean;
}

/** True for the header of a frame log. */
export function isFrameHeader(line: string): boolean {
  return findFrames(frameNames(splitCells(line))) !== null;
}

/** Takes header and rows; `findTelemetry` says what the other columns of a header are. */
export class FrameRows implements LineTaker {
  readonly #context: ImportContext;
  readonly #findTelemetry: (columns: readonly ColumnName[]) => Telemetry;
  #table: Table | null = null;
  /** Frames whose time has no unit yet; null once it has one. */
  #held: HeldFrame[] | null = [];
  #unitMs = 1;
  #lastTime: number | null = null;
  readonly #sessions = new Sessions();

  constructor(context: ImportContext, findTelemetry: (columns: readonly ColumnName[]) => Telemetry) {
    this.#context = context;
    this.#findTelemetry = findTelemetry;
  }

  take(line: string): string | null {
    // CapFrameX's own lines stand above the header.
    if (line.trim() === '' || line.startsWith('//')) return null;
    const cells = splitCells(line);
    if (/^\s*Application\s*,/i.test(line) && this.#useHeader(cells)) return null;
    const table = this.#table;
    if (table === null) return NO_HEADER;
    if (cells.length !== table.width && cells.length !== table.shortWidth)
      return wrongWidth(cells.length, table.width);
    const { frames } = table;
    const time = this.#timeOf(cells[frames.time] ?? '', frames);
    if (time === null) return noTime(cells[frames.time]);
    this.#takeFrame(cells, time, table);
    return null;
  }

  end(): void {
    this.#decide();
  }

  #useHeader(cells: readonly string[]): boolean {
    const columns = frameNames(cells);
    const frames = findFrames(columns);
    if (frames === null) return false;
    this.#decide();
    const system = columns.findIndex(({ name }) => name === 'motherboard');
    const { timeUnit } = frames;
    this.#held = timeUnit === 'unsaid' || timeUnit === 'qpc' ? [] : null;
    this.#unitMs = timeUnit === 's' ? 1000 : 1;
    this.#sessions.begin();
    const width = cells.length;
    this.#table = { width, shortWidth: system < 0 ? width : system, frames, ...this.#findTelemetry(columns) };
    const { time, interval, process, swapChain, application } = frames;
    const told = [...this.#table.numbers, ...this.#table.flags].map(({ index }) => index);
    this.#context.columns(cells, [time, ...interval, process, swapChain, application, ...told]);
    return true;
  }

  #timeOf(cell: string, { timeUnit }: FrameColumns): number | null {
    // A generated frame has no start of its own: it belongs to the one before.
    if (isMissing(cell)) return this.#lastTime;
    this.#lastTime = timeUnit === 'date' ? this.#context.clock.read(cell) : readNumber(cell);
    return this.#lastTime;
  }

  #takeFrame(cells: readonly string[], time: number, { frames, numbers, flags }: Table): void {
    const parts = frames.interval.map((index) => readNumber(cells[index]));
    const intervalMs = parts.reduce<number | null>(
      (sum, part) => (sum === null || part === null ? null : sum + part),
      0,
    );
    const facts: Record<string, FactValue> = intervalMs === null ? {} : { 'frame.intervalMs': intervalMs };
    readColumns(cells, numbers, facts, this.#context);
    readFlags(cells, flags, facts);
    const stream = [frames.application, frames.process, frames.swapChain]
      .map((index) => cells[index]?.trim() ?? '')
      .join(' ');
    const frame = { time, intervalMs, stream, facts, begins: this.#sessions.takeRow() };
    if (this.#held === null) this.#tell(frame);
    else if (this.#held.push(frame) >= DECIDING_FRAMES) this.#decide();
  }

  #decide(): void {
    const held = this.#held;
    if (held === null || this.#table === null) return;
    this.#held = null;
    this.#unitMs = unitMs(held, this.#table.frames.timeUnit === 'qpc');
    for (const frame of held) this.#tell(frame);
  }

  #tell({ time, stream, facts, begins }: HeldFrame): void {
    this.#context.emit({ timeMs: time * this.#unitMs, facts, begins, stream });
  }
}
