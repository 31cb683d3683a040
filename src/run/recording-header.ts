/** The first line of a recording, and who must not be named in the others. */
import { homedir, hostname, userInfo } from 'node:os';
import type { CoreSettings, Log } from '../agent/index.js';
import { FORMAT, FORMAT_VERSION, type HeaderLine, type ProfileOverlay } from '../recordings/format.js';
import type { Identity } from '../recordings/scrub.js';
import { matchProfile } from '../rules/match-profile.js';
import type { ProfileFile } from '../rules/profile.js';
import type { Card, CardSet } from '../shapes/gpu.js';

/** Half a minute between readings of what is dear, in ms. */
export const RARE_MS = 30_000;

/** What a recording's decisions depend on. */
export interface HeaderParts {
  version: string;
  settings: CoreSettings;
  profile: { name: string; files: readonly ProfileFile[]; overlay: ProfileOverlay };
  cards: CardSet;
}

/** The header of a recording that begins now. Only recordings whose person said so are written with its identity. */
export function recordingHeader({ version, settings, profile, cards }: HeaderParts): HeaderLine {
  const { name, files, overlay } = profile;
  const { inventory } = cards.cards[0];
  const { host, user, cardUuids } = identityOf(cards);
  return {
    kind: 'header',
    format: FORMAT,
    version: FORMAT_VERSION,
    agentVersion: version,
    startedAt: new Date().toISOString(),
    settings,
    profile: {
      name,
      files: files.map(({ name: file, text }) => ({ name: file, path: `profiles/${file}.yaml`, text })),
      overlay,
    },
    card: { name: inventory.name, simulated: inventory.simulated },
    simulated: inventory.simulated ? ['gpu'] : [],
    identity: { host, user, commandLine: process.argv.slice(1), cardUuids: [...cardUuids] },
  };
}

/** Who runs this program, where and on which cards. */
export function identityOf(cards: CardSet): Identity {
  return {
    host: hostname(),
    user: userName(),
    home: homedir(),
    cardUuids: cards.cards.map(({ inventory }) => inventory.uuid),
  };
}

/** A container's user may have no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}

/** The profile of the card; a card that no profile knows is a generic one, and none at all means the processor. */
export function chooseProfile(card: Card, profiles: readonly ProfileFile[], log: Log): string {
  if (card.inventory.name === 'none') return 'cpu';
  const { name, refused } = matchProfile(card.inventory, profiles);
  for (const why of refused) log('info', why);
  return name ?? 'generic-nvidia';
}
