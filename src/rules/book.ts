/** Rule files to one book: each checked, later folders laid over earlier ones, all mistakes told at once. */
import { createHash } from 'node:crypto';
import type { Mode } from '../shapes/port.js';
import type { Profile } from '../shapes/profile.js';
import type { Book, BookFile, FrameRules, Level, Preset, Problem } from '../shapes/rule.js';
import { checkKnob, checkKnobValue } from './actions.js';
import type { Complain } from './conditions.js';
import { type LocatedDocument, type Path, parseYaml } from './document.js';
import { factNames } from './fact-names.js';
import type { LaidRule, RawRule } from './laid-rule.js';
import { LostNames } from './lost-names.js';
import type { Draft } from './meaning/index.js';
import { didYouMean } from './nearest.js';
import { sortProblems } from './problems.js';
import { buildRules, type RuleContext } from './rule.js';
import { findMistakes } from './schema.js';
import { ANY_SIGNAL, buildSignals, type NamedSignal } from './signals.js';
import { tuneRule } from './tune.js';

/** What `schemas/rules.schema.json` lets a file say; the schema is the judge. */
interface RawFile {
  name?: string;
  mode?: Mode;
  signals?: Record<string, NamedSignal['raw']>;
  conditions?: Record<string, Record<string, unknown>>;
  /** Null where a rule is not of the schema. */
  rules?: (RawRule | null)[];
  levels?: Record<string, Partial<Level>>;
  presets?: Record<string, Preset>;
  frames?: Partial<FrameRules>;
  disable?: string[];
  tune?: Record<string, Record<string, unknown>>;
}

/** A named part of the book and the file it stands in. */
interface Named<T> {
  raw: T;
  document: LocatedDocument;
  folder: number;
}

interface Layer {
  file: BookFile;
  document: LocatedDocument;
  raw: RawFile;
}

/** Mistakes told at once. After so many the lists that can be long without sense are not gone through to their end. */
const MAX_PROBLEMS = 500;

export type BookResult = { book: Book | null; problems: Problem[] };

/** With what is right of the book, for the checks of its meaning. */
export type BuiltBook = BookResult & { draft: Draft };

/**
 * Builds the book of these files, in the order of their folders. `book` is null when any problem is an error: a book
 * goes live whole or not at all. `profile` may lay its own figures over the levels. What the rules mean together is
 * judged by `checkBook`.
 */
export function buildBook(files: readonly BookFile[], profile: Profile): BuiltBook {
  const problems: Problem[] = [];
  const lost = new LostNames();
  const layers = files.flatMap((file) => readLayer(file, lost, problems));
  const overrides: Book['overrides'] = [];
  const laid = layRules(layers, lost, overrides, problems);
  const levels = layLevels(layers, profile, lost, problems);
  const checkLevel = levelChecker(levels, lost);
  const namedSignals = collectNamed(layers, 'signals', 'signal', overrides, problems);
  const names = factNames(new Map([...namedSignals.keys()].map((name) => [name, ANY_SIGNAL])), (name) =>
    lost.may('signals', name),
  );
  const signals = buildSignals(namedSignals, names, problems);
  const conditions = collectNamed(layers, 'conditions', 'condition', overrides, problems);
  const mayHaveCondition = (name: string): boolean => lost.may('conditions', name);
  const rules = buildRules(laid, { names, signals, conditions, mayHaveCondition, checkLevel, problems });
  const presets: Record<string, Preset> = Object.assign(
    {},
    ...layers.map((layer) => layer.raw.presets ?? {}),
  );
  checkPresets(layers, checkLevel, problems);
  const frames = layFrames(layers);
  const draft = { files, rules, signals, levels, overrides, locate: locator(laid) };
  sortProblems(problems);
  if (problems.some((problem) => problem.severity === 'error')) return { book: null, problems, draft };
  const sets = Object.fromEntries(layers.map((layer) => [setName(layer), layer.raw.mode ?? 'enforce']));
  return {
    book: {
      files: [...files],
      hash: hashFiles(files),
      sets,
      signals,
      rules,
      levels,
      presets,
      frames,
      overrides,
    },
    problems,
    draft,
  };
}

/** The place of a rule's part in the file that said it last. */
function locator(laid: readonly LaidRule[]): Draft['locate'] {
  const byId = new Map(laid.map((rule) => [rule.raw.id, rule]));
  return (id, path, ofKey) => {
    const rule = byId.get(id);
    if (rule === undefined) return { path: '', line: 1, column: 1 };
    return rule.document.locate([...rule.path, ...path], ofKey);
  };
}

/** sha256 over the folders, paths and texts of a book. */
export function hashFiles(files: readonly BookFile[]): string {
  const hash = createHash('sha256');
  for (const { path, folder, text } of files) hash.update(JSON.stringify([folder, path, text]));
  return hash.digest('hex');
}

/** Reads what can be read of a file: parts that are not of the schema are told, left out and kept in `lost`. */
function readLayer(file: BookFile, lost: LostNames, problems: Problem[]): Layer[] {
  const parsed = parseYaml(file.path, file.text);
  if ('problems' in parsed) {
    problems.push(...parsed.problems);
    lost.loseAll(file.text);
    return [];
  }
  const { document } = parsed;
  const { mistakes, areAll } = findMistakes(document, 'rules');
  problems.push(...mistakes.map(({ problem }) => problem));
  if (!areAll) {
    lost.loseAll(file.text);
    return [];
  }
  const raw = lost.leaveOut(
    document.data,
    mistakes.map(({ path }) => path),
    file.text,
  );
  return raw === null ? [] : [{ file, document, raw: raw as RawFile }];
}

function setName(layer: Layer): string {
  return layer.raw.name ?? (layer.file.path.split('/').pop() ?? layer.file.path).replace(/\.ya?ml$/, '');
}

function complainAt(
  layer: Layer,
  path: Path,
  code: string,
  message: string,
  expected: string | null,
  rule: string | null,
): Problem {
  return { ...layer.document.locate(path), code, rule, message, expected, severity: 'error' };
}

function layRules(
  layers: readonly Layer[],
  lost: LostNames,
  overrides: Book['overrides'],
  problems: Problem[],
): LaidRule[] {
  const laid = new Map<string, LaidRule>();
  const complainUnknown = (layer: Layer, path: Path, id: string): void => {
    if (!lost.may('rules', id)) problems.push(unknownRule(layer, path, id, laid));
  };
  for (const layer of layers) {
    for (const [i, raw] of (layer.raw.rules ?? []).entries()) {
      if (raw === null) continue;
      const before = laid.get(raw.id);
      if (before !== undefined && before.file.folder === layer.file.folder) {
        const message = `the id "${raw.id}" is already used in ${before.file.path}`;
        problems.push(
          complainAt(layer, ['rules', i, 'id'], 'duplicate-id', message, 'an id of its own', raw.id),
        );
        continue;
      }
      if (before !== undefined) overrides.push({ id: raw.id, file: layer.file.path, over: before.file.path });
      laid.set(raw.id, {
        raw,
        file: layer.file,
        document: layer.document,
        path: ['rules', i],
        set: setName(layer),
      });
    }
    for (const [i, id] of (layer.raw.disable ?? []).entries()) {
      const before = laid.get(id);
      if (problems.length > MAX_PROBLEMS) break;
      if (before === undefined) complainUnknown(layer, ['disable', i], id);
      else overrides.push({ id, file: layer.file.path, over: before.file.path });
      laid.delete(id);
    }
    for (const [id, numbers] of Object.entries(layer.raw.tune ?? {})) {
      const before = laid.get(id);
      if (before === undefined) {
        complainUnknown(layer, ['tune', id], id);
        continue;
      }
      const { tuned, mistakes } = tuneRule(before.raw, numbers);
      for (const { path, message, expected } of mistakes) {
        problems.push(complainAt(layer, ['tune', id, ...path], 'bad-tune', message, expected, id));
      }
      overrides.push({ id, file: layer.file.path, over: before.file.path });
      const document = tunedDocument(before, tuned, layer.document, numbers);
      const wrong = findMistakes(document.ofRule, 'rules', 'rule', id).mistakes;
      problems.push(...wrong.map(({ problem }) => problem));
      if (wrong.length === 0) laid.set(id, { ...before, raw: tuned, document: document.ofFile });
    }
  }
  return [...laid.values()];
}

/** Places of a tuned rule: in the overlay for what it changes, else where the rule stands. */
function tunedDocument(
  rule: LaidRule,
  tuned: RawRule,
  overlay: LocatedDocument,
  numbers: Record<string, unknown>,
): { ofFile: LocatedDocument; ofRule: LocatedDocument } {
  const locate: LocatedDocument['locate'] = (path, ofKey) => {
    const inRule = path.slice(rule.path.length);
    return inRule.length > 0 && hasPath(numbers, inRule)
      ? overlay.locate(['tune', rule.raw.id, ...inRule], ofKey)
      : rule.document.locate(path, ofKey);
  };
  return {
    ofFile: { ...rule.document, locate },
    ofRule: {
      path: overlay.path,
      data: tuned,
      locate: (path, ofKey) => locate([...rule.path, ...path], ofKey),
    },
  };
}

function hasPath(value: unknown, path: Path): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return true;
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? hasPath((value as Record<string, unknown>)[key], rest)
    : false;
}

function unknownRule(layer: Layer, path: Path, id: string, laid: ReadonlyMap<string, LaidRule>): Problem {
  const message = `no earlier rule has the id "${id}"${didYouMean(id, laid.keys())}`;
  return complainAt(layer, path, 'unknown-rule', message, 'the id of a rule of an earlier folder', id);
}

/** Entries of `key` by name; a later folder replaces, the same folder must not name one twice. */
function collectNamed<K extends 'signals' | 'conditions'>(
  layers: readonly Layer[],
  key: K,
  word: string,
  overrides: Book['overrides'],
  problems: Problem[],
): Map<string, Named<NonNullable<RawFile[K]>[string]>> {
  const collected = new Map<string, Named<NonNullable<RawFile[K]>[string]>>();
  for (const layer of layers) {
    const entries = Object.entries(layer.raw[key] ?? {}) as [string, NonNullable<RawFile[K]>[string]][];
    for (const [name, raw] of entries) {
      const before = collected.get(name);
      if (before !== undefined && before.folder === layer.file.folder) {
        const message = `the ${word} "${name}" is already named in ${before.document.path}`;
        problems.push(complainAt(layer, [key, name], 'duplicate-name', message, 'a name of its own', null));
        continue;
      }
      if (before !== undefined)
        overrides.push({ id: name, file: layer.file.path, over: before.document.path });
      collected.set(name, { raw, document: layer.document, folder: layer.file.folder });
    }
  }
  return collected;
}

function layLevels(
  layers: readonly Layer[],
  profile: Profile,
  lost: LostNames,
  problems: Problem[],
): Record<string, Level> {
  const levels: Record<string, Partial<Level>> = {};
  const lay = (name: string, values: Partial<Level>): void => {
    levels[name] = { ...levels[name], ...values };
  };
  // The profile's figures stand between the shipped book and what people lay over it.
  for (const layer of layers.filter((one) => one.file.folder === 0)) {
    for (const [name, values] of Object.entries(layer.raw.levels ?? {})) lay(name, values);
  }
  for (const name of Object.keys(levels)) lay(name, { ...profile.levels[name], ...profile.everyLevel });
  for (const layer of layers.filter((one) => one.file.folder > 0)) {
    for (const [name, values] of Object.entries(layer.raw.levels ?? {})) lay(name, values);
  }
  for (const layer of layers) {
    for (const name of Object.keys(layer.raw.levels ?? {})) {
      if (problems.length > MAX_PROBLEMS) break;
      const { targetFps, gpuUsageLimitPercent } = levels[name] ?? {};
      if (targetFps !== undefined && gpuUsageLimitPercent !== undefined) continue;
      if (lost.may('levels', name)) continue;
      const message = `the level "${name}" lacks targetFps or gpuUsageLimitPercent${didYouMean(
        name,
        Object.keys(levels).filter((other) => other !== name),
      )}`;
      problems.push(
        complainAt(
          layer,
          ['levels', name],
          'missing-key',
          message,
          'both, for a level that no earlier folder has',
          null,
        ),
      );
    }
  }
  const off = { dynamicResolution: false, frameSkipping: false, tensorrt: false, batchProcessing: false };
  return Object.fromEntries(
    Object.entries(levels).map(([name, values]) => [name, { ...off, ...values } as Level]),
  );
}

function levelChecker(levels: Record<string, Level>, lost: LostNames): RuleContext['checkLevel'] {
  const names = Object.keys(levels);
  return (name, path, complain) => {
    if (Object.hasOwn(levels, name) || lost.may('levels', name)) return;
    const expected = names.length === 0 ? 'a name under levels' : `one of ${names.join(', ')}`;
    complain(path, 'unknown-level', `no level is named "${name}"${didYouMean(name, names)}`, expected);
  };
}

function checkPresets(
  layers: readonly Layer[],
  checkLevel: RuleContext['checkLevel'],
  problems: Problem[],
): void {
  for (const { document, raw } of layers) {
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
    for (const [name, { level, knobs }] of Object.entries(raw.presets ?? {})) {
      checkLevel(level, ['presets', name, 'level'], complain);
      for (const [knob, value] of Object.entries(knobs ?? {})) {
        const at = ['presets', name, 'knobs', knob];
        checkKnob(knob, at, complain);
        if (knob === 'level') checkLevel(String(value), at, complain);
        else checkKnobValue(knob, value, at, complain);
      }
    }
  }
}

/** A frame is worth 1 and none is skipped for long, unless the book says otherwise. */
const NO_FRAME_RULES: FrameRules = { weights: {}, maxImportance: 3, never: [], maxSkipRun: 4, maxAgeMs: 500 };

function layFrames(layers: readonly Layer[]): FrameRules {
  const frames = { ...NO_FRAME_RULES, weights: { ...NO_FRAME_RULES.weights } };
  for (const { raw } of layers) {
    const { weights, ...rest } = raw.frames ?? {};
    Object.assign(frames, rest);
    Object.assign(frames.weights, weights);
  }
  return frames;
}
