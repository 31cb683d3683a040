/** How old readings are, also where the machine slept since. */

/** A wall clock that ran ahead by more than this since it was asked last means sleep, in ms: nobody slews it so far. */
const SLEPT_MS = 2_000;

/**
 * A clock in ms that never goes back, and that counts the time in which the machine slept: the monotonic clock of Linux and
 * of macOS stands still then. It notices when it is asked, which is to be at every tick. A wall clock that was set ahead
 * looks the same: then readings count as old until the next ones.
 */
export function wakingClock(
  monotonic: () => number = () => performance.now(),
  wall: () => number = () => Date.now(),
): () => number {
  let [lastMs, lastWallMs, sleptMs] = [monotonic(), wall(), 0];
  return () => {
    const [nowMs, wallMs] = [monotonic(), wall()];
    const aheadMs = wallMs - lastWallMs - (nowMs - lastMs);
    if (aheadMs > SLEPT_MS) sleptMs += aheadMs;
    [lastMs, lastWallMs] = [nowMs, wallMs];
    return nowMs + sleptMs;
  };
}
