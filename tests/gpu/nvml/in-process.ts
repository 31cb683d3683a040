/** The child's logic in this process, on a simulated machine and a clock that a test moves. */
import { type NvmlLibrary, openLibrary } from '../../../src/gpu/nvml/library.js';
import { type CardReading, EVERYTHING, Session, type SessionOptions } from '../../../src/gpu/nvml/session.js';
import type { CardInventory } from '../../../src/shapes/gpu.js';
import { openStandIn, type StandIn, type StandInOptions } from '../../helpers/nvml-standin.js';
import { later, PACE } from './helpers.js';

export interface InProcess {
  machine: StandIn;
  library: NvmlLibrary;
  session: Session;
  /** Moves the session's clock. */
  pass(ms: number): void;
  /** Reads everything of all cards. */
  read(): CardReading[];
  /** A session of its own on the same machine. */
  open(options?: Partial<SessionOptions>, known?: CardInventory[]): Session;
}

/** Loads a stand-in into this process; it can hold one machine at a time, which ends with the test. */
export async function loadHere(
  options: StandInOptions = {},
  more: Partial<SessionOptions> = {},
): Promise<InProcess> {
  const machine = openStandIn(options);
  // The library reads it at its first initialisation.
  process.env.NVML_STANDIN = machine.folder;
  const library = await openLibrary({ places: [machine.library] });
  let passedMs = 0;
  const sessions: Session[] = [];
  const open = (own: Partial<SessionOptions> = {}, known: CardInventory[] = []): Session => {
    const now = (): number => performance.now() + passedMs;
    const session = new Session({ library, pace: PACE, now, powerState: () => 'active', ...own });
    const found = session.open(known);
    if ('code' in found) throw new Error(`code ${found.code}`);
    sessions.push(session);
    return session;
  };
  later(() => {
    for (const session of sessions) session.close();
    machine.close();
  });
  const session = open(more);
  return {
    machine,
    library,
    session,
    pass: (ms) => {
      passedMs += ms;
    },
    read: () => session.read(EVERYTHING),
    open,
  };
}

/** Values by fact of one card's reading. */
export function valuesOf({ told }: CardReading): Record<string, unknown> {
  return Object.fromEntries(Object.entries(told).map(([fact, [value]]) => [fact, value]));
}
