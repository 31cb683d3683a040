/** All that `doctor` looks at, in the order in which it is told. */
import { homedir } from 'node:os';
import { lookFromOutside } from '../../gpu/nvml/look-from-outside.js';
import { THIS_MACHINE } from '../../gpu/nvml/places.js';
import { readProfiles } from '../../rules/folders.js';
import type { Settings } from '../../settings/index.js';
import { stateFolder } from '../../state-folder.js';
import type { Io } from '../io.js';
import { checkCard } from './card.js';
import { checkCards, checkPersistence } from './cards.js';
import { type Check, fine } from './check.js';
import { checkNvml, checkSmi } from './driver.js';
import { checkHardware } from './hardware.js';
import { checkInference } from './inference.js';
import { kindOfMachine } from './kind-of-machine.js';
import { checkNode } from './node.js';
import { checkPort } from './port.js';
import { checkRules } from './rules.js';
import { checkStateFolder, checkToken } from './state-folder.js';
import { checkWriters } from './writers.js';

export type { Check } from './check.js';

/** Looks at this machine with what a run with these settings needs. */
export async function runChecks(settings: Settings, env: Io['env']): Promise<Check[]> {
  const { platform } = process;
  const { gpu, run } = settings;
  const folder = stateFolder(platform, env, homedir());
  const machine = { ...THIS_MACHINE, env };
  const looking = lookFromOutside({ env });
  const hasCard = looking.then((seen) => seen.ok && seen.cards.length > 0);
  const groups = await Promise.all([
    checkNode(process.versions.node),
    checkStateFolder(folder, platform),
    checkToken(folder, platform),
    checkPort(settings.listen, settings.port),
    checkRules(settings.rules),
    checkCard(gpu, { isDemo: run.demo, env }),
    looking.then((seen) => checkNvml(gpu, seen, machine)),
    checkSmi(gpu, machine),
    looking.then((seen) => checkCards(seen, readProfiles(), settings.profile)),
    looking.then((seen) => checkPersistence(seen, kindOfMachine(machine))),
    checkHardware(settings, env, folder, hasCard),
    checkWriters(platform),
    checkInference(run.demo),
    fine('C compiler', 'not needed'),
    fine('Chromium', 'not needed'),
  ]);
  return groups.flat();
}
