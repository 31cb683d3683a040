/** What a person says of a log: the zone of its clock, how far rows are apart, what its columns mean. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { EvenkeelError, reasonOf } from '../errors.js';
import { CATALOGUE, lookUpFact } from '../facts/catalogue.js';
import { didYouMean } from '../nearest.js';
import { readZone } from '../recordings/importers/zone.js';
import type { LogOptions } from '../recordings/read-log.js';
import { type LocatedDocument, parseYaml } from '../rules/document.js';
import { decodeFile } from '../rules/guard.js';
import { describeProblems } from '../rules/problems.js';
import { checkSchema } from '../rules/schema.js';
import { readNumber } from '../settings/read.js';
import type { LogMap } from '../shapes/generated/log-map.js';
import type { Problem } from '../shapes/rule.js';
import { parseFlag } from './flags.js';

/** The options that `addLogFlags` adds, as typed. */
export interface LogFlags {
  zone?: LogOptions['zone'];
  interval?: number;
  map?: string;
  process?: string;
}

/** Adds `--zone`, `--interval`, `--process` and `--map` to a verb that reads logs. */
export function addLogFlags(command: Command): Command {
  const zone = {
    expected: 'a time zone, Europe/Berlin or +08:00',
    read: (text: string) => readZone(text) ?? undefined,
  };
  const interval = readNumber({ what: 'ms', min: 1, max: 86_400_000 });
  return command
    .option(
      '--zone <ZONE>',
      'where the clock stood that wrote times without a zone: Europe/Berlin, +08:00',
      (text) => parseFlag('--zone', text, zone),
    )
    .option('--interval <MS>', 'from row to row, for logs without times (default 1000)', (text) =>
      parseFlag('--interval', text, interval),
    )
    .option('--process <NAME>', "of a frame log only this program's frames, by its name or its process id")
    .option('--map <FILE>', 'a file that says what the columns of a table mean, see docs/logs.md');
}

/** Every file that a command with these flags reads of them and of its logs. */
export function readBy(logs: readonly string[], { map }: LogFlags): string[] {
  return map === undefined ? [...logs] : [...logs, map];
}

/** What these flags say. @throws EvenkeelError `badFile` or `badConfig` for a mapping that cannot be used. */
export function logOptions({ zone, interval, map, process }: LogFlags): LogOptions {
  return {
    ...(zone === undefined ? {} : { zone }),
    ...(interval === undefined ? {} : { intervalMs: interval }),
    ...(process === undefined ? {} : { process }),
    ...(map === undefined ? {} : { mapping: readMapping(map) }),
  };
}

function readMapping(path: string): LogMap {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new EvenkeelError(
      'badFile',
      `expected a readable mapping at ${path}: ${reasonOf(cause)}; correct --map`,
      {
        cause,
      },
    );
  }
  const decoded = decodeFile(path, bytes);
  if ('problem' in decoded) throw badMapping([decoded.problem]);
  const parsed = parseYaml(path, decoded.text);
  if ('problems' in parsed) throw badMapping(parsed.problems);
  const problems = checkSchema(parsed.document, 'log-map');
  if (problems.length > 0) throw badMapping(problems);
  const mapping = parsed.document.data as LogMap;
  const unknown = Object.keys(mapping.columns).filter((fact) => lookUpFact(fact) === undefined);
  if (unknown.length > 0) throw badMapping(unknown.map((fact) => unknownFact(parsed.document, fact)));
  return mapping;
}

function unknownFact(document: LocatedDocument, fact: string): Problem {
  return {
    ...document.locate(['columns', fact], true),
    code: 'unknown-fact',
    rule: null,
    severity: 'error',
    message: `no fact is named "${fact}"${didYouMean(fact, Object.keys(CATALOGUE))}`,
    expected: 'a fact of docs/reference.md',
  };
}

function badMapping(problems: Problem[]): EvenkeelError {
  return new EvenkeelError('badConfig', describeProblems(problems), { details: { problems } });
}
