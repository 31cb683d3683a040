/** The table that `nvidia-smi -l N` prints again and again. */
import type { FactValue } from '../../shapes/reading.js';
import { CardRows } from './card-rows.js';
import type { ImportContext, Importer, LineTaker } from './importer.js';
import { addMemoryShare } from './memory-share.js';
import { noTime } from './rejections.js';

/** `Sat Aug 13 11:59:43 2016`. */
const TIME = /^\s*([A-Z][a-z]{2} [A-Z][a-z]{2} +\d{1,2} \d{2}:\d{2}:\d{2} \d{4})\s*$/;
/** A card's first row: its number and its name. */
const CARD = /^\|\s*(\d+)\s+\S.*\|.*[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]\b/i;
/** Its second row: fan, temperature, state, power and limit, memory used and in all, utilization. Widths change between drivers. */
const FIGURES =
  /^\|\s*(?:(\d+)%|N\/A|ERR!)\s+(?:(\d+)C|N\/A|ERR!)\s+(?:P(\d+)|N\/A)\s+(?:(\d+)W|N\/A|ERR!|Unknown Error)\s*\/\s*(?:(\d+)W|N\/A|ERR!|Unknown Error)\s*\|\s*(?:(\d+)MiB|N\/A)\s*\/\s*(?:(\d+)MiB|N\/A)\s*\|\s*(?:(\d+)%|N\/A|ERR!)/;
/** Stands in their place for the memory in all, which is no fact. */
const TOTAL = '';
const FACTS = [
  'gpu.fanPercent',
  'gpu.temperatureC',
  'gpu.performanceState',
  'gpu.powerW',
  'gpu.powerLimitW',
  'gpu.memoryUsedMib',
  TOTAL,
  'gpu.utilizationPercent',
];

/** The importer of `nvidia-smi -l`. */
export const nvidiaSmiTable: Importer = {
  format: 'nvidia-smi-table',
  isPerFrame: false,
  sniff: (head) => head.slice(0, 6).some((line) => /^\|\s*NVIDIA-SMI\b/.test(line)),
  open: (context) => new Reader(context),
};

class Reader implements LineTaker {
  readonly #context: ImportContext;
  readonly #rows: CardRows;
  #timeMs: number | null = null;
  #card: string | null = null;

  constructor(context: ImportContext) {
    this.#context = context;
    this.#rows = new CardRows((row) => context.emit(row));
  }

  take(line: string): string | null {
    const time = TIME.exec(line)?.[1];
    if (time !== undefined) {
      this.#timeMs = this.#context.clock.read(time);
      this.#card = null;
      return this.#timeMs === null ? noTime(time) : null;
    }
    const first = CARD.exec(line)?.[1];
    if (first !== undefined) {
      this.#card = first;
      return null;
    }
    const card = this.#card;
    if (card === null) return null;
    this.#card = null;
    const figures = FIGURES.exec(line);
    if (figures === null) return `the figures of card ${card} cannot be read`;
    if (this.#timeMs === null) return 'no time stands before it';
    this.#rows.add(this.#timeMs, card, factsOf(figures.slice(1)));
    return null;
  }

  end(): void {
    this.#rows.end();
  }
}

function factsOf(figures: readonly (string | undefined)[]): Record<string, FactValue> {
  const facts: Record<string, FactValue> = {};
  for (const [i, fact] of FACTS.entries()) {
    const figure = figures[i];
    if (figure !== undefined && fact !== TOTAL) facts[fact] = Number(figure);
  }
  const total = figures[FACTS.indexOf(TOTAL)];
  addMemoryShare(facts, 'gpu.memoryUsedMib', total === undefined ? null : Number(total));
  return facts;
}
