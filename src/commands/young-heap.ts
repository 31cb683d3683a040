/** Memory of what lives for days beside a bot: little, for a few more collections. */
import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the young heap of the main thread at the size that it has; threads have limits of their own. V8 lets it grow to 16 MiB and more while
 * a program starts, and a program that then does little a second never gives it back; what lives briefly in a tick fits into 1 MiB.
 */
export function keepYoungHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  // For so little, waking other threads to share the work costs more than the work.
  setFlagsFromString('--no-parallel-scavenge');
}
