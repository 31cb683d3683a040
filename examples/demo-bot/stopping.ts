/** When the bot is told to end: by a signal, by its parent going away, or by its own time running out. */

/** Aborts at SIGINT, SIGTERM or when a parent's IPC channel closes. */
export function listenForStop(): AbortSignal {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, abort);
  process.once('disconnect', abort);
  return stop.signal;
}

/** Aborts with `signal`, or `durationMs` from now; models that take long to load leave the play its whole time. */
export function endAfter(durationMs: number, signal: AbortSignal): AbortSignal {
  return Number.isFinite(durationMs) ? AbortSignal.any([signal, AbortSignal.timeout(durationMs)]) : signal;
}

/** Hear the target that the parent says over IPC, `{ kind: 'targetFps', value }`. */
export function listenForTarget(apply: (fps: number) => void): void {
  process.on('message', (message: unknown) => {
    if (typeof message !== 'object' || message === null) return;
    const { kind, value } = message as { kind?: unknown; value?: unknown };
    if (kind === 'targetFps' && typeof value === 'number' && value > 0) apply(value);
  });
}
