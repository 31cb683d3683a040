/** All that `doctor` looks at, in the order in which it is told. */
import { homedir } from 'node:os';
import { THIS_MACHINE } from '../../gpu/nvml/places.js';
import type { Settings } from '../../settings/index.js';
import { stateFolder } from '../../state-folder.js';
import type { Io } from '../io.js';
import { checkCard, checkDriver } from './card.js';
import { type Check, fine } from './check.js';
import { checkHardware } from './hardware.js';
import { checkInference } from './inference.js';
import { checkNode } from './node.js';
import { checkPort } from './port.js';
import { checkRules } from './rules.js';
import { checkStateFolder, checkToken } from './state-folder.js';
import { checkWriters } from './writers.js';

export type { Check } from './check.js';

/** Looks at this machine with what a run with these settings needs. */
export async function runChecks(settings: Settings, env: Io['env']): Promise<Check[]> {
  const { platform } = process;
  const folder = stateFolder(platform, env, homedir());
  return Promise.all([
    checkNode(process.versions.node),
    checkStateFolder(folder, platform),
    checkToken(folder, platform),
    checkPort(settings.listen, settings.port),
    checkRules(settings.rules),
    checkCard(settings.gpu, { isDemo: settings.run.demo, env }),
    checkDriver(settings.gpu, { ...THIS_MACHINE, env }),
    checkHardware(settings.hardware, { platform, env }),
    checkWriters(platform),
    checkInference(settings.run.demo),
    fine('C compiler', 'not needed'),
    fine('Chromium', 'not needed'),
  ]);
}
