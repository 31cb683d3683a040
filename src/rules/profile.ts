/** Profile files to profiles: `extends` followed value by value. */

import { didYouMean } from '../nearest.js';
import type { KnobPolicy, ModelRung, Profile, ResolutionRung } from '../shapes/profile.js';
import type { Level, Problem } from '../shapes/rule.js';
import { checkKnob } from './actions.js';
import { type Complain, checkFact } from './conditions.js';
import { type LocatedDocument, parseYaml } from './document.js';
import { CATALOGUE_NAMES } from './fact-names.js';
import { checkSchema } from './schema.js';

/** A profile's file: name of the file without its ending, path as people are told it, text. */
export interface ProfileFile {
  name: string;
  path: string;
  text: string;
}

/** How a profile recognises its card. */
export interface CardMatch {
  names?: string[];
  pciIds?: string[];
  refuse?: { name: string; pciIds?: string[]; because: string }[];
}

interface RawProfile {
  name: string;
  title?: string;
  extends?: string;
  match?: CardMatch;
  limits?: Record<string, number>;
  knobs?: Record<string, KnobPolicy>;
  models?: ModelRung[];
  resolutions?: ResolutionRung[];
  defaultResolution?: number;
  defaultModel?: string;
  levels?: Record<string, Partial<Level>>;
  unsupported?: Record<string, string>;
}

/** Without a profile where any problem is an error. */
export interface ProfileResult {
  profile: Profile | null;
  problems: Problem[];
  /** The files it was made from, the one asked for last; what a recording keeps. */
  files: ProfileFile[];
}

/** Reads the profile `name` out of `files`, with what it extends. `profile` is null when a problem is an error. */
export function buildProfile(name: string, files: readonly ProfileFile[]): ProfileResult {
  const problems: Problem[] = [];
  const used: ProfileFile[] = [];
  const raws: RawProfile[] = [];
  let next: string | undefined = name;
  let from: LocatedDocument | undefined;
  while (next !== undefined) {
    const wanted: string = next;
    const file = files.find((candidate) => candidate.name === wanted);
    if (file === undefined || used.includes(file)) {
      const known = files.map((candidate) => candidate.name);
      const message =
        file === undefined
          ? `no profile is named "${wanted}"${didYouMean(wanted, known)}`
          : `the profile "${wanted}" extends itself`;
      const at = from?.locate(['extends']) ?? { path: 'profiles', line: 1, column: 1 };
      problems.push({
        ...at,
        code: 'unknown-profile',
        rule: null,
        message,
        expected: `one of ${known.join(', ')}`,
        severity: 'error',
      });
      break;
    }
    used.unshift(file);
    const read = readDocument(file, problems);
    if (read === null) break;
    checkMeaning(read, problems);
    from = read.document;
    raws.unshift(read.raw);
    next = read.raw.extends;
  }
  const profile = problems.length > 0 ? null : raws.reduce(lay, emptyProfile(name));
  return { profile, problems, files: used };
}

/** Reads one profile file without what it extends; its mistakes are added to `problems`, and make it null. */
export function readProfile(file: ProfileFile, problems: Problem[]): RawProfile | null {
  return readDocument(file, problems)?.raw ?? null;
}

interface ReadProfile {
  raw: RawProfile;
  document: LocatedDocument;
}

function readDocument(file: ProfileFile, problems: Problem[]): ReadProfile | null {
  const parsed = parseYaml(file.path, file.text);
  const wrong = 'problems' in parsed ? parsed.problems : checkSchema(parsed.document, 'profile');
  problems.push(...wrong);
  if ('problems' in parsed || wrong.length > 0) return null;
  return { raw: parsed.document.data as RawProfile, document: parsed.document };
}

/** Knobs and facts that there are none of, and ranges whose ends are reversed. */
function checkMeaning({ raw, document }: ReadProfile, problems: Problem[]): void {
  const complain: Complain = (path, code, message, expected, ofKey) => {
    problems.push({
      ...document.locate(path, ofKey),
      code,
      rule: null,
      message,
      expected,
      severity: 'error',
    });
  };
  for (const [knob, { range }] of Object.entries(raw.knobs ?? {})) {
    checkKnob(knob, ['knobs', knob], complain);
    if (range === undefined || range[0] <= range[1]) continue;
    const message = `the range [${range.join(', ')}] holds no value`;
    complain(['knobs', knob, 'range'], 'unsatisfiable', message, 'the lower end first');
  }
  for (const fact of Object.keys(raw.unsupported ?? {}))
    checkFact(fact, ['unsupported', fact], { names: CATALOGUE_NAMES, complain });
}

function emptyProfile(name: string): Profile {
  return {
    name,
    title: name,
    limits: {},
    knobs: {},
    models: [],
    resolutions: [],
    defaultResolution: 640,
    defaultModel: null,
    levels: {},
    everyLevel: {},
    baseKnobs: {},
    unsupported: {},
  };
}

function lay(base: Profile, raw: RawProfile): Profile {
  return {
    name: base.name,
    title: raw.title ?? base.title,
    limits: { ...base.limits, ...raw.limits },
    knobs: layEach(base.knobs, raw.knobs ?? {}),
    models: raw.models ?? base.models,
    resolutions: raw.resolutions ?? base.resolutions,
    defaultResolution: raw.defaultResolution ?? base.defaultResolution,
    defaultModel: raw.defaultModel ?? base.defaultModel,
    levels: layEach(base.levels, raw.levels ?? {}),
    everyLevel: base.everyLevel,
    baseKnobs: base.baseKnobs,
    unsupported: { ...base.unsupported, ...raw.unsupported },
  };
}

function layEach<T extends object>(base: Record<string, T>, over: Record<string, T>): Record<string, T> {
  const laid = { ...base };
  for (const [key, value] of Object.entries(over)) laid[key] = { ...laid[key], ...value };
  return laid;
}
