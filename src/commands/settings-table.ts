/** Every setting with where it came from, and what profile and level say where nobody else did. */
import { loadBook, loadProfile } from '../agent/index.js';
import { EvenkeelError } from '../errors.js';
import { readFolders, readProfiles } from '../rules/folders.js';
import type { Origin, ResolvedSettings } from '../settings/index.js';

/** One setting as `doctor --config` lists it. */
export interface SettingRow extends Origin {
  key: string;
}

/** What decides where no value is given. */
const DECIDED_BY: Readonly<Record<string, string>> = {
  profile: "the card's name decides",
  'recording.folder': 'recordings in the state folder',
  tensorrtPrecision: "the bot's own value stays",
  'run.durationS': 'until it is stopped',
};

/**
 * The rows in the order of the documents. A limit that nobody set is the profile's, a target or feature the level's with
 * the profile over it, where the profile is known before a card is opened. `warn` is told when they cannot be read.
 */
export function listSettings(
  { settings, origins }: ResolvedSettings,
  warn: (message: string) => void,
): SettingRow[] {
  const inherited = settings.profile === undefined ? {} : tryInherited(settings.profile, settings, warn);
  return Object.entries(origins).map(([key, origin]) => {
    if (origin.value !== null) return { key, ...origin };
    const from = inherited[key];
    if (from !== undefined) return { key, ...from };
    const [group = ''] = key.split('.');
    const where =
      DECIDED_BY[key] ?? (group === 'limits' ? "the card's profile decides" : 'the level decides');
    return { key, ...origin, where };
  });
}

function tryInherited(
  name: string,
  settings: ResolvedSettings['settings'],
  warn: (message: string) => void,
): Record<string, Origin> {
  try {
    return readInherited(name, settings);
  } catch (error) {
    if (!(error instanceof EvenkeelError)) throw error;
    warn(error.message);
    return {};
  }
}

function readInherited(name: string, { rules, level }: ResolvedSettings['settings']): Record<string, Origin> {
  const files = readProfiles();
  const { profile } = loadProfile(name, files, { limits: {}, level: {}, knobs: {} });
  const content = readFolders(rules);
  const { book } = loadBook(content.files, profile, content.problems);
  const where = files.find((file) => file.name === name)?.path ?? name;
  const rows: Record<string, Origin> = {};
  for (const [key, value] of Object.entries(profile.limits)) {
    rows[`limits.${key}`] = { value, from: 'profile', where };
  }
  const own = profile.levels[level] ?? {};
  for (const [key, value] of Object.entries(book.levels[level] ?? {})) {
    const origin: Origin =
      key in own
        ? { value, from: 'profile', where }
        : { value, from: 'default', where: `the level ${level}` };
    rows[`targets.${key}`] = origin;
    rows[`features.${key}`] = origin;
  }
  return rows;
}
