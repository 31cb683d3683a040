// Generated from schemas/log-map.schema.json by `npm run schemas`.

/**
 * A column by its name in the header, or by its number from 1.
 */
export type Column = string | number;

/**
 * What the columns of a table mean: for logs of tools that are not known.
 */
export interface LogMap {
  /**
   * Version of this format.
   */
  version: 1;
  /**
   * What stands between two cells. Default: a comma.
   */
  separator?: ',' | ';' | 'tab' | 'space';
  /**
   * What stands before the decimals of a number. With a comma a number that holds a point is not read. Default: a point.
   */
  decimal?: '.' | ',';
  /**
   * Whether the first line names the columns. Without one, columns are numbers from 1. Default: true.
   */
  header?: boolean;
  /**
   * Lines above the header, or above the first row, that are left out. Default: 0.
   */
  skipLines?: number;
  /**
   * Where the time stands. Without it, rows are `everyMs` apart.
   */
  time?: {
    column: Column;
    /**
     * A column by its name in the header, or by its number from 1.
     */
    dateColumn?: string | number;
    /**
     * date: a date and time of any usual form, also counts since 1970. The others: since the log's own start. Default: date.
     */
    unit?: 'date' | 's' | 'ms' | 'us' | 'ns';
    /**
     * In 03-11-2026 the day comes first. Default: false.
     */
    dayFirst?: boolean;
  };
  /**
   * From one row to the next, in ms, where no column tells the time. Default: 1000.
   */
  everyMs?: number;
  /**
   * A fact each, and the column that tells it.
   */
  columns: {
    [k: string]:
      | Column
      | {
          column: Column;
          /**
           * What the column is in, where its header does not say: GiB, us, F. Default: the fact's own unit.
           */
          unit?: string;
        };
  };
}
