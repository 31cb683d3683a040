/** One file of a book, read and of the schema, before the files are laid over one another. */
import type { Mode } from '../shapes/port.js';
import type { BookFile, FrameRules, Level, Preset, Problem } from '../shapes/rule.js';
import { type LocatedDocument, type Path, parseYaml } from './document.js';
import type { RawRule } from './laid-rule.js';
import type { LostNames } from './lost-names.js';
import type { NamedSignal } from './named-signal.js';
import { findMistakes } from './schema.js';

/** What `schemas/rules.schema.json` lets a file say; the schema is the judge. */
export interface RawFile {
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

/** One file of a book as far as it could be read. */
export interface Layer {
  file: BookFile;
  document: LocatedDocument;
  raw: RawFile;
}

/** Mistakes told at once. After so many the lists that can be long without sense are not gone through to their end. */
export const MAX_PROBLEMS = 500;

/** Reads what can be read of a file: parts that are not of the schema are told, left out and kept in `lost`. */
export function readLayer(file: BookFile, lost: LostNames, problems: Problem[]): Layer[] {
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

/** A set's name; the file's where it says none. */
export function setName(layer: Layer): string {
  return layer.raw.name ?? (layer.file.path.split('/').pop() ?? layer.file.path).replace(/\.ya?ml$/, '');
}

/** The mode that a file says for its set, enforce where it says none. */
export function modeOf(layer: Layer): Mode {
  return layer.raw.mode ?? 'enforce';
}

/** A mistake at a path of a layer's file. */
export function complainAt(
  layer: Layer,
  path: Path,
  code: string,
  message: string,
  expected: string | null,
  rule: string | null,
): Problem {
  return { ...layer.document.locate(path), code, rule, message, expected, severity: 'error' };
}
