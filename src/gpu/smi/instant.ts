/** Rows of one instant, told one after another, put together again. */
import type { Row } from './columns.js';

/** Gathers rows until every card of the machine has told its own. */
export class Instant {
  #rows: Map<string, Row> = new Map();

  /** The rows that are complete with this one; null while some are still to come. */
  add(row: Row): Row[] | null {
    const { uuid = '' } = row;
    // A card that comes again begins the next instant: one of the others told nothing, as a lost card does.
    const before = this.#rows.has(uuid) ? this.#take() : [];
    this.#rows.set(uuid, row);
    const rows = this.#rows.size >= Number(row.count) ? [...before, ...this.#take()] : before;
    return rows.length === 0 ? null : rows;
  }

  #take(): Row[] {
    const rows = [...this.#rows.values()];
    this.#rows = new Map();
    return rows;
  }
}
