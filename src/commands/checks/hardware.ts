/** Who could write settings of a card, and whether something is borrowed. */
import { connectHelper } from '../../hardware/connect.js';
import { journalFiles } from '../../hardware/journal-files.js';
import { remedyFor } from '../../hardware/open-writer.js';
import { hardwareFolder, helperAddress } from '../../hardware/places.js';
import { mayWrite } from '../../hardware/rights.js';
import type { Settings } from '../../settings/index.js';
import { type Check, fine } from './check.js';

/** What the check looks at; this machine unless said. */
export interface HardwareMachine {
  platform: string;
  env: NodeJS.ProcessEnv;
  hasRights?: () => Promise<boolean>;
}

/** Whether an agent could write, needed only with `hardware: allow`; by helper or by its own rights. */
export async function checkHardware(
  hardware: Settings['hardware'],
  { platform, env, hasRights = mayWrite }: HardwareMachine,
): Promise<Check> {
  const name = 'settings of cards';
  const borrowed = journalFiles(hardwareFolder(platform, env)).list();
  const also = borrowed.length === 0 ? '' : `; borrowed of ${borrowed.join(', ')}`;
  if (hardware === 'deny') return fine(name, `denied by the configuration${also}`);
  const address = helperAddress(platform, env);
  const helper = await connectHelper(address).catch(() => null);
  helper?.destroy();
  if (helper !== null) return fine(name, `written by the helper at ${address}${also}`);
  if (await hasRights()) return fine(name, `written with the rights of this user${also}`);
  return {
    name,
    ok: hardware !== 'allow',
    found: `no helper at ${address}, and this user may not write them${also}`,
    remedy: remedyFor(platform),
  };
}
