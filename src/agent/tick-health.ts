/** Whether ticks succeed: one that fails again and again decides nothing, and must not look like one that has nothing to do. */
import type { Notice } from '../shapes/port.js';

/** What is known of the ticks that failed since the last one that did not. */
export class TickHealth {
  #failed = 0;
  #sinceMs = 0;
  #message = '';

  /** The tick ended as it should. Returns whether ticks before it had failed. */
  succeed(): boolean {
    const isBack = this.#failed > 0;
    this.#failed = 0;
    this.#message = '';
    return isBack;
  }

  /** The tick at `atMs` failed. Returns whether that is news: the first in a row, or another error than before. */
  fail(error: unknown, atMs: number): boolean {
    const message = error instanceof Error ? error.message : String(error);
    const isNews = this.#failed === 0 || message !== this.#message;
    if (this.#failed === 0) this.#sinceMs = atMs;
    this.#failed++;
    this.#message = message;
    return isNews;
  }

  /** The alert that stands while the newest tick is one that failed. */
  notices(): Notice[] {
    if (this.#failed === 0) return [];
    const count = this.#failed === 1 ? 'the newest tick' : `the newest ${this.#failed} ticks`;
    return [
      {
        kind: 'alert',
        rule: 'agent',
        severity: 'critical',
        title: 'Nothing is decided',
        because: `${count} failed: ${this.#message}; the log has the place, a restart begins anew`,
        sinceMs: this.#sinceMs,
      },
    ];
  }
}
