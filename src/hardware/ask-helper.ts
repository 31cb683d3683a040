/** Whether a helper serves this user: it is greeted and left again, and lends nothing. */
import { reasonOf } from '../errors.js';
import { reachHelper } from './connect.js';
import { greetWriter, newSession } from './writer-link.js';

/** What the helper's address comes to. */
export type HelperState =
  /** Nobody listens. */
  | { kind: 'absent' }
  /** Its socket is another user's. */
  | { kind: 'closed' }
  /** It does not greet: another version, another user's, another secret, or not in time. */
  | { kind: 'refused'; why: string }
  | { kind: 'there'; name: string; notes: readonly string[] };

/** A lease that nothing is borrowed under, in s. */
const SHORT_LEASE_S = 5;
/** How long the helper may take to a goodbye, in ms; without one it would take this for a crash. */
const BYE_WITHIN_MS = 2_000;

/** Greets the helper; `secret` is what both sides share on Windows. Never throws. */
export async function askHelper(address: string, secret?: string): Promise<HelperState> {
  const stream = await reachHelper(address);
  if (typeof stream === 'string') return { kind: stream };
  try {
    const identity = { session: newSession(), onExit: 'restore' as const, leaseS: SHORT_LEASE_S };
    const link = await greetWriter(stream, secret === undefined ? identity : { ...identity, secret });
    await link.ask({ kind: 'bye' }, BYE_WITHIN_MS);
    link.destroy();
    return { kind: 'there', name: link.writer, notes: link.notes };
  } catch (error) {
    return { kind: 'refused', why: reasonOf(error) };
  }
}
