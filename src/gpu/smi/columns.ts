/** What nvidia-smi is asked for: columns under the names of its versions, fewer where a version knows fewer. */

/**
 * Every column by its newest name, then the older ones, as `nvidia-smi --help-query-gpu` lists them. The name of the
 * card comes last: it alone may hold a comma.
 */
const COLUMNS = [
  ['uuid', 'gpu_uuid'],
  ['count'],
  ['driver_version'],
  ['pci.device_id'],
  ['utilization.gpu'],
  ['utilization.memory'],
  ['utilization.encoder'],
  ['utilization.decoder'],
  ['memory.total'],
  ['memory.used'],
  ['temperature.gpu'],
  ['temperature.gpu.tlimit'],
  ['temperature.memory'],
  ['power.draw'],
  ['enforced.power.limit'],
  ['power.limit'],
  ['power.default_limit'],
  ['power.min_limit'],
  ['power.max_limit'],
  ['clocks.gr', 'clocks.current.graphics'],
  ['clocks.sm', 'clocks.current.sm'],
  ['clocks.mem', 'clocks.current.memory'],
  ['clocks.video', 'clocks.current.video'],
  ['clocks.max.gr', 'clocks.max.graphics'],
  ['fan.speed'],
  ['pstate'],
  ['clocks_event_reasons.active', 'clocks_throttle_reasons.active'],
  ['name', 'gpu_name'],
] as const;

/** A column by its newest name. */
export type Column = (typeof COLUMNS)[number][0];

/** The texts of one card at one instant, as nvidia-smi wrote them. */
export type Row = Readonly<Partial<Record<Column, string>>>;

/** The sentence of a version that does not know a field; the field is in the group. */
const UNKNOWN_FIELD = /Field "([^"]*)" is not a valid field to query/;

/** The columns of one installed nvidia-smi: it tells one unknown field at a time, and ends. */
export class Columns {
  readonly #names: Map<Column, readonly string[]> = new Map(COLUMNS.map((names) => [names[0], names]));
  readonly #unknown: Map<Column, string> = new Map();

  /** The value of `--query-gpu`. */
  get query(): string {
    return [...this.#names.values()].map(([name]) => name).join(',');
  }

  /** Columns that this version has under none of their names, each with the name it was last asked by. */
  get unknown(): ReadonlyMap<string, string> {
    return this.#unknown;
  }

  /** Takes a line for the complaint about a field: its next name, or none. False where it is no such line. */
  refuse(line: string): boolean {
    const field = UNKNOWN_FIELD.exec(line)?.[1];
    for (const [column, [name, ...others]] of this.#names) {
      if (name === undefined || name !== field) continue;
      if (others.length > 0) this.#names.set(column, others);
      else {
        this.#names.delete(column);
        this.#unknown.set(column, name);
      }
      return true;
    }
    return false;
  }

  /** The row that a line is; null for anything else, however it looks. */
  row(line: string): Row | null {
    const columns = [...this.#names.keys()];
    const cells = line.split(',');
    if (cells.length < columns.length) return null;
    const last = columns.length - 1;
    const texts = [...cells.slice(0, last), cells.slice(last).join(',')].map((cell) => cell.trim());
    const row: Row = Object.fromEntries(columns.map((column, place) => [column, texts[place]]));
    return row.uuid?.startsWith('GPU-') ? row : null;
  }
}
