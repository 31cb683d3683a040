/** The desk of this machine, as child and helper open it. */
import { openNvmlSetters } from '../gpu/nvml/setters.js';
import { bootId } from './boot.js';
import { Desk } from './desk.js';
import { hardwareFolder } from './places.js';

/** How long a driver may take until a value reads back, in ms. */
const SETTLE_MS = 50;

/** A desk over this machine's cards; `verb` names the program in journals and locks. */
export function openDesk(verb: string, env: NodeJS.ProcessEnv): { desk: Desk; name: string } {
  const name = `evenkeel ${verb} (pid ${process.pid})`;
  const desk = new Desk({
    openCards: () => openNvmlSetters(),
    folder: hardwareFolder(process.platform, env),
    name,
    boot: bootId(),
    now: Date.now,
    settle: () => new Promise((resolve) => setTimeout(resolve, SETTLE_MS)),
  });
  return { desk, name };
}
