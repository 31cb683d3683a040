/** What the card is borrowed with: rights, helper, journals and locks of this machine, gathered for their checks. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { reasonOf } from '../../errors.js';
import { THIS_MACHINE } from '../../gpu/nvml/places.js';
import { askHelper } from '../../hardware/ask-helper.js';
import { bootId } from '../../hardware/boot.js';
import { journalFiles } from '../../hardware/journal-files.js';
import { lockHolder } from '../../hardware/lock-holder.js';
import { hardwareFolder, helperAddress } from '../../hardware/places.js';
import { mayWrite } from '../../hardware/rights.js';
import type { Settings } from '../../settings/index.js';
import type { Io } from '../io.js';
import { type BorrowedCard, checkBorrowed } from './borrowed.js';
import type { Check } from './check.js';
import { checkConsent } from './consent.js';
import { kindOfMachine } from './kind-of-machine.js';
import { checkRights } from './rights.js';

const UNIT = '/etc/systemd/system/evenkeel-gpu-helper.service';
/** There while systemd is what starts services (sd_booted(3)). */
const SYSTEMD = '/run/systemd/system';

/** Consent, rights and what is borrowed; `hasCard` once it is known whether there is a real card. */
export async function checkHardware(
  settings: Settings,
  env: Io['env'],
  stateFolder: string,
  hasCard: Promise<boolean>,
): Promise<Check[]> {
  const { platform } = process;
  const { hardware, run } = settings;
  const kind = kindOfMachine({ ...THIS_MACHINE, env });
  const address = helperAddress(platform, env);
  const folder = hardwareFolder(platform, env);
  const [helper, hasRights, cards] = await Promise.all([
    askHelper(address, platform === 'win32' ? await readToken(stateFolder) : undefined),
    mayWrite(),
    borrowedCards(folder),
  ]);
  return [
    checkConsent(hardware, run.demo),
    checkRights({
      kind,
      hardware: run.demo ? 'deny' : hardware,
      hasCard: await hasCard,
      hasRights,
      isNamedLibrary: Boolean(env.NVML_LIBRARY),
      helper,
      address,
      user: userName(),
      hasUnit: existsSync(UNIT),
      hasSystemd: existsSync(SYSTEMD),
    }),
    checkBorrowed(cards, { folder, boot: bootId(), hardware, kind }),
  ];
}

/** Every card that has a journal or a lock. */
async function borrowedCards(folder: string): Promise<BorrowedCard[]> {
  const journals = journalFiles(folder);
  let journaled: string[];
  try {
    journaled = journals.list();
  } catch (error) {
    return [{ uuid: 'every card', journal: { kind: 'unusable', why: reasonOf(error) }, holder: null }];
  }
  const files = await readdir(folder).catch(() => []);
  // The helper's own lock is beside those of the cards, and says no more than its socket.
  const locked = files.filter((name) => name.endsWith('.lock') && name !== 'gpu-helper.lock');
  const uuids = new Set([...journaled, ...locked.map((name) => name.slice(0, -'.lock'.length))]);
  return Promise.all(
    [...uuids].sort().map(async (uuid) => ({
      uuid,
      journal: journals.read(uuid),
      holder: await lockHolder(folder, uuid),
    })),
  );
}

async function readToken(stateFolder: string): Promise<string> {
  return (await readFile(join(stateFolder, 'token'), 'utf8').catch(() => '')).trim();
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'USER';
  }
}
