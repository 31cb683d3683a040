/** `evenkeel.yaml`: read, checked against its schema, and taken apart into a layer. */
import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { EvenkeelError } from '../errors.js';
import { type LocatedDocument, type Path, parseYaml } from '../rules/document.js';
import { decodeFile } from '../rules/guard.js';
import { describeProblems } from '../rules/problems.js';
import { checkSchema } from '../rules/schema.js';
import type { Problem } from '../shapes/rule.js';
import type { Layer } from './layers.js';

/** The file that is read when none is named and it is there. */
export const CONFIG_FILE = 'evenkeel.yaml';

/** A configuration file that has been read and not yet checked. */
export interface ConfigText {
  /** As people are told it; relative folders in the file start from its folder. */
  path: string;
  text: string;
}

/**
 * The text of the configuration: of the file that was named, else of `./evenkeel.yaml`; null when that is not there.
 * @throws EvenkeelError `badFile` for a named file that cannot be read, `badConfig` for one that is no text.
 */
export function readConfigFile(named: string | undefined): ConfigText | null {
  const path = named ?? CONFIG_FILE;
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (named === undefined && code === 'ENOENT') return null;
    const advice = 'correct --config or EVENKEEL_CONFIG, or create the file with "version: 1"';
    throw new EvenkeelError(
      'badFile',
      `expected a readable configuration at ${path}: ${message}; ${advice}`,
      {
        cause,
      },
    );
  }
  const decoded = decodeFile(path, bytes);
  if ('problem' in decoded) throw badConfig([decoded.problem]);
  return { path, text: decoded.text };
}

/** All mistakes of a configuration file; empty when it is of the schema. */
export function checkConfig({ path, text }: ConfigText): Problem[] {
  const parsed = parseYaml(path, text);
  return 'problems' in parsed ? parsed.problems : checkSchema(parsed.document, 'config');
}

/**
 * What the file says, with the place of each key.
 * @throws EvenkeelError `badConfig` with all mistakes.
 */
export function readConfig({ path, text }: ConfigText): Layer {
  const parsed = parseYaml(path, text);
  if ('problems' in parsed) throw badConfig(parsed.problems);
  const problems = checkSchema(parsed.document, 'config');
  if (problems.length > 0) throw badConfig(problems);
  const layer: Layer = new Map();
  addValues(layer, parsed.document, parsed.document.data as Record<string, unknown>, []);
  layer.delete('version');
  return layer;
}

function badConfig(problems: Problem[]): EvenkeelError {
  return new EvenkeelError('badConfig', describeProblems(problems), { details: { problems } });
}

function addValues(layer: Layer, document: LocatedDocument, map: object, at: Path): void {
  for (const [key, value] of Object.entries(map)) {
    const path = [...at, key];
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      addValues(layer, document, value, path);
      continue;
    }
    const { path: file, line, column } = document.locate(path, true);
    const name = path.join('.');
    layer.set(name, {
      value: fromFolder(name, value, dirname(file)),
      from: 'file',
      where: `${file}:${line}:${column}`,
    });
  }
}

/** Paths in the file start from the file, wherever the agent is started. */
function fromFolder(name: string, value: unknown, folder: string): unknown {
  const place = (path: string): string => (isAbsolute(path) ? path : join(folder, path));
  if (name === 'rules') return (value as string[]).map(place);
  if (name === 'recording.folder') return place(String(value));
  if (name === 'gpu' && String(value).startsWith('recorded:')) {
    return `recorded:${place(String(value).slice('recorded:'.length))}`;
  }
  return value;
}
