/** A test file as it stands in YAML: of the schema, with the place of everything in it. */
import { type LocatedDocument, type Path, parseYaml } from '../rules/document.js';
import { findMistakes } from '../rules/schema.js';
import type { BookFile, Place, Problem } from '../shapes/rule.js';
import { type SoundFile, soundParts } from './sound-parts.js';

/** A file whose form is right; its names are looked up later. */
export interface TestFile {
  file: BookFile;
  document: LocatedDocument;
  raw: SoundFile;
}

/** Reads one `*.test.yaml`, with all that its YAML and the schema have against it; null where nothing can be read. */
export function parseTestFile(file: BookFile): { parsed: TestFile | null; problems: Problem[] } {
  const parsed = parseYaml(file.path, file.text);
  if ('problems' in parsed) return { parsed: null, problems: parsed.problems };
  const { document } = parsed;
  const { mistakes, areAll } = findMistakes(document, 'rule-test');
  const raw = areAll ? soundParts(document.data, mistakes) : null;
  return {
    parsed: raw === null ? null : { file, document, raw },
    problems: mistakes.map(({ problem }) => problem),
  };
}

/** Tells what is wrong at a path of a test file; `offset` is a place inside the text that stands there. */
export type Complain = (
  path: Path,
  code: string,
  message: string,
  expected: string | null,
  at?: { ofKey?: boolean; offset?: number },
) => void;

/** A complainer about one file. */
export function complainer({ file, document }: TestFile, problems: Problem[]): Complain {
  return (path, code, message, expected, { ofKey, offset } = {}) => {
    const place = document.locate(path, ofKey);
    problems.push({
      ...(offset === undefined ? place : inside(file.text, place, offset)),
      code,
      rule: null,
      message,
      expected,
      severity: 'error',
    });
  };
}

/** The place of a character of a text that stands on one line, quoted or not; else where the text begins. */
function inside(text: string, place: Place, offset: number): Place {
  const line = text.split(/\r?\n/)[place.line - 1] ?? '';
  const first = line.charAt(place.column - 1);
  if (first === '|' || first === '>') return place;
  const column = place.column + offset + (first === '"' || first === "'" ? 1 : 0);
  return column > line.length ? place : { ...place, column };
}
