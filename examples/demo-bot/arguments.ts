/** The demo bot's command line. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

export const USAGE = `usage: node main.js [options]
  --pace target|none|FPS   frames a second: the level's target (EVENKEEL_DEMO_TARGET_FPS, then what the parent
                           says), as many as possible, or this many; default target
  --work K                 factor on the pixel work of the map and text stages; default 1
  --model-cache DIR        where generated models are kept
  --duration SECONDS       end after this time; default: when stopped
  --seed N                 seed of scene and weights, a whole number; default 1
`;

/** Frames a second where nobody said a target: what the starting configuration about reaches on two cores. */
const DEFAULT_TARGET_FPS = 10;

export type Pace = { kind: 'target'; fps: number } | { kind: 'fixed'; fps: number } | { kind: 'none' };

export interface Arguments {
  pace: Pace;
  work: number;
  modelCache: string;
  /** Infinity where the bot runs until it is stopped. */
  durationMs: number;
  seed: number;
}

/** Read the arguments after the script's name; throws with a sentence for the person. */
export function parseArguments(args: readonly string[], env: NodeJS.ProcessEnv): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      pace: { type: 'string', default: 'target' },
      work: { type: 'string', default: '1' },
      'model-cache': { type: 'string', default: defaultCache(env) },
      duration: { type: 'string', default: 'Infinity' },
      seed: { type: 'string', default: '1' },
    },
  });
  const seed = numberOf('--seed', values.seed, 0);
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed: expected a whole number, got ${values.seed}`);
  return {
    pace: paceOf(values.pace, env),
    work: numberOf('--work', values.work, 0),
    modelCache: values['model-cache'],
    durationMs: numberOf('--duration', values.duration, 0) * 1000,
    seed,
  };
}

function paceOf(value: string, env: NodeJS.ProcessEnv): Pace {
  if (value === 'none') return { kind: 'none' };
  if (value !== 'target') return { kind: 'fixed', fps: numberOf('--pace', value, 0.1) };
  const told = Number(env.EVENKEEL_DEMO_TARGET_FPS);
  return { kind: 'target', fps: told > 0 ? told : DEFAULT_TARGET_FPS };
}

function numberOf(flag: string, text: string, min: number): number {
  const value = text === '' ? Number.NaN : Number(text);
  if (value >= min) return value;
  throw new Error(`${flag}: expected a number of at least ${min}, got ${JSON.stringify(text)}`);
}

function defaultCache(env: NodeJS.ProcessEnv): string {
  const base =
    process.platform === 'win32'
      ? (env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'))
      : (env.XDG_CACHE_HOME ?? join(homedir(), '.cache'));
  return join(base, 'evenkeel', 'models');
}
