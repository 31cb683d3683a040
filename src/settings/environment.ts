/** Environment variables as layers: ours, one for each flag of `run`, and those of the original Python module. */
import { EvenkeelError } from '../errors.js';
import { didYouMean } from '../nearest.js';
import { FLAGS, type SettingsFlags, variableName } from './flags.js';
import type { Layer } from './layers.js';
import { type Reader, readNumber, readWord, SWITCH } from './read.js';

/** The form of `process.env`, so that tests may hand in their own. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** `says` without a result leaves the settings as they are. */
interface ModuleVariable {
  reader: Reader<unknown>;
  says(value: unknown): Record<string, unknown>;
}

const SECONDS = readNumber({ what: 'an interval in seconds', min: 0.05, max: 60 });

/** The variables of the original Python module. Ours outrank them. */
export const MODULE_VARIABLES: Readonly<Record<string, ModuleVariable>> = {
  PERFORMANCE_DEBUG: { reader: SWITCH, says: (value) => ({ debug: value }) },
  PERFORMANCE_UPDATE_INTERVAL: {
    reader: SECONDS,
    says: (value) => ({ 'intervals.tickMs': Math.round(Number(value) * 1000) }),
  },
  TENSORRT_ENABLED: { reader: SWITCH, says: (value) => ({ 'features.tensorrt': value }) },
  TENSORRT_PRECISION: {
    reader: readWord(['fp16', 'fp32', 'int8']),
    says: (value) => ({ tensorrtPrecision: value }),
  },
};

/** Only a hint: any profile that is named, in the file too, outranks it. */
const HINT = 'RTX4090_OPTIMIZATIONS';

/** Variables of ours that are no settings of `run`. */
const OTHERS = [
  'EVENKEEL_STATE_DIR',
  'EVENKEEL_URL',
  'EVENKEEL_TOKEN',
  'EVENKEEL_GPU_HELPER',
  'EVENKEEL_HARDWARE_DIR',
];
/** What the demo bot and this project's own scripts read. */
const NOT_OURS = /^EVENKEEL_(?:DEMO_|SETUP$|CHILD_COVERAGE$|SOAK$)/;

/**
 * What the environment says: `hint` lies between the defaults and the file, `layer` over the file. An empty variable
 * counts as unset; one of ours that nobody knows is warned of and left out.
 * @throws EvenkeelError `badConfig` with every bad variable.
 */
export function readEnvironment(env: Environment): { hint: Layer; layer: Layer; warnings: string[] } {
  const problems: string[] = [];
  const read = (name: string, reader: Reader<unknown>): unknown => {
    const text = env[name];
    if (text === undefined || text === '') return undefined;
    const value = reader.read(text);
    if (value === undefined) {
      problems.push(
        `${name}: expected ${reader.expected}, got ${JSON.stringify(text)}; correct the variable or unset it`,
      );
    }
    return value;
  };
  const layer: Layer = new Map();
  const hint: Layer = new Map();
  const say = (to: Layer, name: string, settings: Record<string, unknown>): void => {
    for (const [path, value] of Object.entries(settings)) {
      to.set(path, { value, from: 'environment', where: name });
    }
  };
  if (read(HINT, SWITCH) === true) say(hint, HINT, { profile: 'rtx-4090' });
  for (const [name, { reader, says }] of Object.entries(MODULE_VARIABLES)) {
    const value = read(name, reader);
    if (value !== undefined) say(layer, name, says(value));
  }
  for (const [key, { reader, says }] of Object.entries(FLAGS)) {
    const name = variableName(key);
    const value = read(name, reader);
    if (value !== undefined) say(layer, name, says(value));
  }
  if (problems.length > 0) {
    throw new EvenkeelError('badConfig', problems.join('\n'), { details: { problems } });
  }
  return { hint, layer, warnings: warnOfUnknown(env) };
}

/** The file that the environment names, or undefined. */
export function configVariable(env: Environment): string | undefined {
  return env[variableName('config' satisfies keyof SettingsFlags)] || undefined;
}

function warnOfUnknown(env: Environment): string[] {
  const known = [...Object.keys(FLAGS).map(variableName), ...OTHERS];
  return Object.keys(env)
    .filter((name) => name.startsWith('EVENKEEL_') && !known.includes(name) && !NOT_OURS.test(name))
    .sort()
    .map((name) => `the variable ${name} is not known and not used${didYouMean(name, known)}`);
}
