/** Tools append to their log: each start writes its header again. */

/** Tells which row is the first of a new session. */
export class Sessions {
  #begins = false;
  #hasRows = false;

  /** A header came. One before the first row, or two in a row, begin nothing. */
  begin(): void {
    this.#begins = this.#hasRows;
  }

  /** A row came; true when a new session begins with it. */
  takeRow(): boolean {
    const begins = this.#begins;
    this.#begins = false;
    this.#hasRows = true;
    return begins;
  }
}
