/** Who writes the settings of cards for a run, by what the person has allowed. */
import type { Log } from '../agent/index.js';
import { mayHaveJournals } from '../hardware/journal-files.js';
import { openWriter } from '../hardware/open-writer.js';
import { hardwareFolder } from '../hardware/places.js';
import type { Settings } from '../settings/index.js';
import type { CardWriter } from '../shapes/gpu.js';

/** What of a run decides over its writer. */
export interface CardWriterOptions {
  settings: Pick<Settings, 'hardware' | 'card'>;
  /** The demo never writes to a real card, not even to give back. */
  isDemo: boolean;
  /** The token of the state folder. */
  secret: string;
  env: NodeJS.ProcessEnv;
  log: Log;
}

/**
 * The writer of a run, or undefined where nobody has allowed one. What an earlier run left on a card is given back
 * first, whatever is allowed now, unless writing is denied.
 */
export async function openCardWriter(options: CardWriterOptions): Promise<CardWriter | undefined> {
  const { settings, isDemo, secret, env, log } = options;
  const { onExit, leaseS } = settings.card;
  if (isDemo || settings.hardware === 'deny') {
    if (mayHaveJournals(hardwareFolder(process.platform, env)))
      log('warn', 'a card may still have settings of an earlier run; "evenkeel restore" gives them back');
    return undefined;
  }
  const writer = await openWriter({ env, secret, onExit, leaseS, log });
  if (settings.hardware === 'allow') return writer;
  await writer.close();
  return undefined;
}
