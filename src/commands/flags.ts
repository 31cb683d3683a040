/** Options that several commands share: from text to values, with one sentence for what is wrong. */

import type { Command } from 'commander';
import { Option } from 'commander';
import { EvenkeelError } from '../errors.js';
import {
  FLAGS,
  flagName,
  type NumberBounds,
  type Reader,
  readNumber,
  readSeconds,
  type SettingsFlags,
} from '../settings/index.js';

/** A week: the longest that the agent keeps a person's value. */
const MAX_FOR_S = 604_800;

/** What commander calls with an option's text. */
export type OptionParser<T> = (text: string) => T;

/**
 * Reads the value of one flag.
 * @throws EvenkeelError `badFlag` naming the flag, what was expected and what came.
 */
export function parseFlag<T>(flag: string, text: string, { expected, read }: Reader<T>): T {
  const value = read(text);
  if (value !== undefined) return value;
  throw new EvenkeelError('badFlag', `expected ${flag} to be ${expected}, got "${text}"`, {
    details: { flag, expected },
  });
}

/** For an option with a number in bounds. */
export function numberOption(flag: string, bounds: NumberBounds): OptionParser<number> {
  return (text) => parseFlag(flag, text, readNumber(bounds));
}

/** For an option with a time, `20m`, as seconds; a week at most unless said. */
export function secondsOption(flag: string, maxS: number = MAX_FOR_S): OptionParser<number> {
  return (text) => parseFlag(flag, text, readSeconds(maxS));
}

/** For an option that may be repeated: its texts in order. */
export function collect(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), text];
}

/** How `run --help` tells each flag that is a setting; a flag without a placeholder is a switch. */
const TOLD: Readonly<Record<keyof SettingsFlags, [placeholder: string, meaning: string]>> = {
  rules: ['DIR', 'a folder of rules over the shipped ones; may be repeated'],
  profile: ['NAME', "the card's profile; chosen by its name unless given"],
  gpu: ['CARD', 'auto, nvml, smi, simulated, none, recorded:FILE or a UUID'],
  level: ['LEVEL', 'the optimization level to start with'],
  mode: ['MODE', 'enforce, recommend or shadow'],
  port: ['N', 'the port to listen on; 0 for any free one'],
  listen: ['ADDRESS', 'the address to listen on; beyond the loopback, reads need the token too'],
  allowHardware: ['', 'allow power limit and clocks to be written'],
  logLevel: ['LEVEL', 'debug, info, warn or error'],
  interval: ['MS', 'time between ticks'],
  record: ['DIR', 'record, into a new folder in this one'],
  config: ['FILE', 'the configuration instead of ./evenkeel.yaml'],
  demo: ['', 'start the demo bot beside the agent'],
  duration: ['S', 'end after this time, counted from the first tick'],
  pace: ['PACE', "the demo bot's pace: target, none or frames a second"],
  work: ['K', "a factor on the work of the demo bot's stages"],
  open: ['', 'open the dashboard in a browser'],
};

/** Adds every flag of `run` that is a setting; the command's options are then `SettingsFlags`. */
export function addSettingsFlags(command: Command): Command {
  for (const [key, [placeholder, meaning]] of Object.entries(TOLD)) {
    const flag = flagName(key);
    if (placeholder === '') {
      command.option(flag, meaning);
      continue;
    }
    const option = new Option(`${flag} <${placeholder}>`, meaning);
    const { reader } = FLAGS[key as keyof SettingsFlags];
    const parse = (text: string, before: unknown): unknown =>
      key === 'rules' ? collect(text, before as string[] | undefined) : parseFlag(flag, text, reader);
    command.addOption(option.argParser(parse));
  }
  return command;
}
