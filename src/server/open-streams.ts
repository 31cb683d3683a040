/** The answers that have no end of their own, so that the server can end them when it closes. */
export class OpenStreams {
  readonly #enders = new Set<() => void>();

  /** Remembers how to end a stream; the returned function forgets it. */
  add(end: () => void): () => void {
    this.#enders.add(end);
    return () => this.#enders.delete(end);
  }

  endAll(): void {
    for (const end of [...this.#enders]) end();
  }
}
