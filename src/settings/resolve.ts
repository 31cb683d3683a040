/** Defaults < file < environment < flags, to the settings of a run; the profile lies under all but the defaults. */
import { configVariable, type Environment, readEnvironment } from './environment.js';
import { type ConfigText, readConfig, readConfigFile } from './file.js';
import { FLAGS, flagName, type SettingsFlags } from './flags.js';
import { type Layer, layOver, nest, type Origin } from './layers.js';
import { DEFAULTS, type Settings } from './settings.js';

/** All that people may have said of a run, each where they said it. */
export interface SettingsSources {
  flags: SettingsFlags;
  env: Environment;
  /** Null where there is no file. */
  file: ConfigText | null;
  /** What a program that embeds the agent says, as a file would; it outranks file and environment. */
  given?: ConfigText;
}

/** The settings of a run, with all that is to be told about them. */
export interface ResolvedSettings {
  settings: Settings;
  /** Every key by its path, in the order of the documents. */
  origins: Record<string, Origin>;
  /** Sentences worth telling; nothing that keeps a run from starting. */
  warnings: string[];
  /** Path of the file that was read, or null. */
  file: string | null;
}

/**
 * The settings of these sources, from values alone.
 * @throws EvenkeelError `badConfig` with all mistakes of the file, or of the environment.
 */
export function resolveSettings({ flags, env, file, given }: SettingsSources): ResolvedSettings {
  const { hint, layer: environment, warnings } = readEnvironment(env);
  const fromFile: Layer = file === null ? new Map() : readConfig(file);
  const said: Layer = given === undefined ? new Map() : readConfig(given);
  const layer = layOver([defaultLayer(), hint, fromFile, environment, said, flagLayer(flags)]);
  applyDebug(layer);
  return {
    settings: nest(layer) as unknown as Settings,
    origins: Object.fromEntries(layer),
    warnings,
    file: file?.path ?? null,
  };
}

/**
 * The settings of a run: as `resolveSettings`, with the file that flags or environment name, or `./evenkeel.yaml`.
 * @throws EvenkeelError `badFile` for a named file that cannot be read, `badConfig` as `resolveSettings`.
 */
export function resolveRun(flags: SettingsFlags, env: Environment): ResolvedSettings {
  return resolveSettings({ flags, env, file: readConfigFile(flags.config ?? configVariable(env)) });
}

function defaultLayer(): Layer {
  const origin = (value: unknown): Origin => ({
    value: structuredClone(value),
    from: 'default',
    where: 'default',
  });
  return new Map(Object.entries(DEFAULTS).map(([path, value]) => [path, origin(value)]));
}

function flagLayer(flags: SettingsFlags): Layer {
  const layer: Layer = new Map();
  for (const [key, { says }] of Object.entries(FLAGS)) {
    const value = flags[key as keyof SettingsFlags];
    if (value === undefined) continue;
    for (const [path, said] of Object.entries(says(value))) {
      layer.set(path, { value: said, from: 'flag', where: flagName(key) });
    }
  }
  return layer;
}

/** `debug` is another word for a log level; one that was given in its own name stands. */
function applyDebug(layer: Layer): void {
  const debug = layer.get('debug');
  if (debug?.value === true && layer.get('logLevel')?.from === 'default') {
    layer.set('logLevel', { ...debug, value: 'debug' });
  }
}
