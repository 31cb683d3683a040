/** The settings of an agent that another program embeds. */

import { EvenkeelError } from '../errors.js';
import { readConfigFile } from '../settings/file.js';
import { type ResolvedSettings, resolveSettings } from '../settings/index.js';
import type { ConfigFile } from '../shapes/generated/config.js';
import type { Problem } from '../shapes/rule.js';

/** The keys of `evenkeel.yaml`, as that file has them; relative paths start from where the program runs. */
export type AgentSettings = Omit<ConfigFile, 'version'>;

/** Where an embedded agent has its settings from. */
export interface SettingsSource {
  /** Outranks all else; what is not said has its default. */
  settings?: AgentSettings;
  /** A file that is read as `--config` is; none unless given. */
  config?: string;
  /** Variables such as EVENKEEL_LEVEL are taken from here; from nowhere unless given. */
  env?: NodeJS.ProcessEnv;
}

/** Stands for the file's name; messages about mistakes name the key instead. */
const NAME = 'settings';

/**
 * The settings of these sources.
 * @throws EvenkeelError `badConfig` with all mistakes, `badFile` for a file that cannot be read.
 */
export function embeddedSettings({ settings, config, env }: SettingsSource): ResolvedSettings {
  // JSON is YAML: what a program says is checked as what a person writes is.
  const text = JSON.stringify({ version: 1, ...settings }, null, 2);
  try {
    return resolveSettings({
      flags: {},
      env: env ?? {},
      file: config === undefined ? null : readConfigFile(config),
      given: { path: NAME, text },
    });
  } catch (error) {
    throw error instanceof EvenkeelError ? namingKeys(error, text) : error;
  }
}

/** A program's author knows keys, and no lines of a text that nobody wrote. */
function namingKeys(error: EvenkeelError, text: string): EvenkeelError {
  const { problems } = error.details as { problems?: Problem[] };
  if (problems?.[0]?.path !== NAME) return error;
  const sentences = problems.map(({ line, message, expected }) => {
    const wanted = expected === null ? '' : `; expected ${expected}`;
    return `${[NAME, ...keysAt(text, line)].join('.')}: ${message}${wanted}`;
  });
  return new EvenkeelError(error.code, sentences.join('\n'), { cause: error, details: error.details });
}

/** The keys that lead to a line of JSON, whose nesting its indentation of two tells. */
function keysAt(text: string, line: number): string[] {
  const keys: string[] = [];
  for (const one of text.split('\n').slice(0, line)) {
    const [, indent = '', key] = /^( +)"([^"]*)":/.exec(one) ?? [];
    if (key !== undefined) keys.splice(indent.length / 2 - 1, keys.length, key);
  }
  return keys;
}
