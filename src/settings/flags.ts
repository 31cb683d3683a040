/** The flags of `run`: what each reads and which settings it says. */
import { delimiter } from 'node:path';
import {
  type Reader,
  readFolderList,
  readNumber,
  readPattern,
  readSeconds,
  readWord,
  SWITCH,
} from './read.js';

/** What the command line of `run` said, values already read; the keys are commander's. */
export interface SettingsFlags {
  rules?: string[];
  profile?: string;
  gpu?: string;
  level?: string;
  mode?: string;
  port?: number;
  listen?: string;
  allowHardware?: boolean;
  testOnReload?: boolean;
  logLevel?: string;
  /** ms */
  interval?: number;
  record?: string;
  recordFrames?: boolean;
  identify?: boolean;
  config?: string;
  demo?: boolean;
  /** s */
  duration?: number;
  pace?: string;
  work?: number;
}

/** How one flag's text is read and what it then says. */
export interface FlagDefinition {
  reader: Reader<unknown>;
  /** The settings that a value of it stands for, by path; none for `config`, which is read before all others. */
  says(value: unknown): Record<string, unknown>;
}

const CARD = /^(?:auto|nvml|smi|simulated|none|recorded:.+|GPU-[0-9a-fA-F-]+)$/;
const ADDRESS = /^(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)$/;
const TEXT = /\S/;
/** A year: longer runs have no end. */
const MAX_RUN_S = 31_536_000;

/** One table for flags and their environment variables: what one reads the other reads too. */
export const FLAGS: Readonly<Record<keyof SettingsFlags, FlagDefinition>> = {
  rules: { reader: readFolderList(delimiter), says: as('rules') },
  profile: {
    reader: readPattern(/^[a-z0-9][a-z0-9-]*$/, "a profile's name such as rtx-4090"),
    says: as('profile'),
  },
  gpu: {
    reader: readPattern(CARD, 'auto, nvml, smi, simulated, none, recorded:FILE or a UUID (GPU-…)'),
    says: as('gpu'),
  },
  level: {
    reader: readPattern(/^[a-z][a-zA-Z0-9_-]*$/, "a level's name such as balanced"),
    says: as('level'),
  },
  mode: { reader: readWord(['enforce', 'recommend', 'shadow']), says: as('mode') },
  port: { reader: readNumber({ what: 'a port', min: 0, max: 65_535, isWhole: true }), says: as('port') },
  listen: { reader: readPattern(ADDRESS, 'an IP address such as 127.0.0.1'), says: as('listen') },
  // The careful way where it is switched off: nobody is asked, nothing is written.
  allowHardware: { reader: SWITCH, says: (value) => ({ hardware: value === true ? 'allow' : 'deny' }) },
  testOnReload: { reader: SWITCH, says: as('testOnReload') },
  logLevel: { reader: readWord(['debug', 'info', 'warn', 'error']), says: as('logLevel') },
  interval: {
    reader: readNumber({ what: 'an interval in ms', min: 50, max: 60_000, isWhole: true }),
    says: as('intervals.tickMs'),
  },
  record: {
    reader: readPattern(TEXT, 'a folder'),
    says: (value) => ({ 'recording.folder': value, 'recording.enabled': true }),
  },
  recordFrames: { reader: SWITCH, says: as('recording.frames') },
  identify: { reader: SWITCH, says: as('recording.identify') },
  config: { reader: readPattern(TEXT, 'a file'), says: () => ({}) },
  demo: { reader: SWITCH, says: as('run.demo') },
  duration: { reader: readSeconds(MAX_RUN_S), says: as('run.durationS') },
  pace: { reader: readPace(), says: as('run.pace') },
  work: { reader: readNumber({ what: 'a factor', min: 0, max: 100 }), says: as('run.work') },
};

/** `logLevel` is `--log-level`. */
export function flagName(key: string): string {
  return `--${words(key).join('-')}`;
}

/** `logLevel` is `EVENKEEL_LOG_LEVEL`. */
export function variableName(key: string): string {
  return `EVENKEEL_${words(key).join('_').toUpperCase()}`;
}

function words(key: string): string[] {
  return key.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
}

function as(path: string): FlagDefinition['says'] {
  return (value) => ({ [path]: value });
}

/** `target`, `none` or frames a second. */
function readPace(): Reader<string> {
  const fps = readNumber({ what: 'frames a second', min: 0.1, max: 1000 });
  return {
    expected: 'target, none, or frames a second from 0.1 to 1000',
    read(text) {
      const word = text.trim();
      return word === 'target' || word === 'none' || fps.read(word) !== undefined ? word : undefined;
    },
  };
}
