/** The flags of `run`, as commander reads them. */
import type { Command } from 'commander';
import { FLAGS, flagName, type SettingsFlags } from '../settings/index.js';
import { collect, parseFlag } from './flags.js';

/** The flags that are settings, and what only a command line has. */
export interface RunFlags extends SettingsFlags {
  json?: boolean;
}

/** What stands for each flag's value, empty for a switch, and what `--help` says of it. */
const HELP: Readonly<Record<keyof SettingsFlags, [value: string, text: string]>> = {
  rules: ['DIR', 'folder of rules laid over the shipped ones; may be repeated, in order'],
  profile: ['NAME', "the card's profile; by the card's name and PCI id unless given"],
  gpu: ['CARD', 'auto, nvml, smi, simulated, none, recorded:FILE or a UUID (GPU-…)'],
  level: ['L', 'conservative, balanced, aggressive or maximum; balanced unless given'],
  mode: ['MODE', 'enforce, recommend or shadow; enforce unless given'],
  port: ['N', 'port of the server; 7410 unless given, 0 for any'],
  listen: ['ADDRESS', 'listen elsewhere than on the loopback; readers then need the token too'],
  allowHardware: ['', 'let rules write the power limit'],
  testOnReload: ['', 'run the rule tests beside the rules before a book goes live'],
  logLevel: ['L', 'debug, info, warn or error'],
  interval: ['MS', 'time between ticks in ms; 500 unless given'],
  record: ['DIR', "folder that recordings are kept in; the state folder's unless given"],
  recordFrames: ['', "record every frame's own line too"],
  identify: ['', 'let the recording say host, user, card and command line'],
  config: ['FILE', 'configuration; ./evenkeel.yaml unless given'],
  demo: ['', 'run the demo bot beside the agent'],
  duration: ['S', 'end after this time from the first tick on'],
  pace: ['PACE', "the demo bot's: target, none or frames a second"],
  work: ['K', "factor on the work of the demo bot's stages"],
};

/** Adds every flag of `run` to a command. */
export function addRunFlags(command: Command): Command {
  for (const [key, [value, text]] of Object.entries(HELP)) {
    const flag = flagName(key);
    if (value === '') command.option(flag, text);
    else command.option(`${flag} <${value}>`, text, parserOf(key as keyof SettingsFlags));
  }
  return command.option('--json', 'JSON lines, the totals last');
}

/** A folder on the command line is one folder: only the variable holds a list. */
function parserOf(key: keyof SettingsFlags): (text: string, before: unknown) => unknown {
  return (text, before) =>
    key === 'rules'
      ? collect(text, before as string[] | undefined)
      : parseFlag(flagName(key), text, FLAGS[key].reader);
}
