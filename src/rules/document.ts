/** YAML text to plain data that remembers where each value stands. */
import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import type { Place, Problem } from '../shapes/rule.js';
import { guardText } from './guard.js';

/** Keys and indices from the root to a value. */
export type Path = readonly (string | number)[];

/** One file's data; lines and columns of its places count from 1. */
export interface LocatedDocument {
  path: string;
  data: unknown;
  /** The place of the value at a path; `ofKey` gives its key's. The nearest parent's where the value is missing. */
  locate(path: Path, ofKey?: boolean): Place;
}

/** Reads one YAML document. All of its syntax mistakes are told at once; no aliases, tags or directives. */
export function parseYaml(
  path: string,
  text: string,
): { document: LocatedDocument } | { problems: Problem[] } {
  const guarded = guardText(path, text);
  if (guarded !== null) return { problems: [guarded] };
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    // Looked for below: the library compares each key of a map with all others of it.
    uniqueKeys: false,
    stringKeys: true,
    prettyErrors: false,
  });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { path, line, column: col };
  };
  const pairs = new PairIndex();
  const problems = syntaxMistakes(document, place);
  visit(document, {
    Map: (_, node) => {
      const seen = new Set<string>();
      for (const { key } of node.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        const at = place(offsetOf(key));
        if (seen.has(name)) {
          problems.push(problem(at, 'duplicate-key', `the key "${name}" stands here twice`, 'each key once'));
        }
        if (name === '__proto__') {
          problems.push(problem(at, 'bad-name', 'the key "__proto__" is used', 'another name'));
        }
        seen.add(name);
      }
    },
    Alias: (_, node) => {
      problems.push(
        problem(place(offsetOf(node)), 'alias', 'an alias is used', 'the value itself, or a named condition'),
      );
    },
    Node: (_, node) => {
      // Only a tag that is written out stands here.
      if (node.tag !== undefined) {
        problems.push(
          problem(
            place(offsetOf(node)),
            'tag',
            `the tag ${node.tag.replace('tag:yaml.org,2002:', '!!')} is used`,
            'plain values without tags',
          ),
        );
      }
    },
  });
  if (problems.length > 0) return { problems };
  return {
    document: {
      path,
      data: document.toJS({ maxAliasCount: 0 }),
      locate: (at, ofKey) => place(offsetAt(document, at, ofKey === true, pairs)),
    },
  };
}

function problem(at: Place, code: string, message: string, expected: string | null): Problem {
  return { ...at, code, rule: null, message, expected, severity: 'error' };
}

/** The library's mistakes whose own words do not help. */
const SYNTAX: Record<string, [message: string, expected: string]> = {
  MULTIPLE_DOCS: ['a second document begins', 'one document in a file'],
  NON_STRING_KEY: ['a key is no text', 'a name for a key'],
  TAB_AS_INDENT: ['a tab is used for indentation', 'spaces'],
};

/** The first mistake of each line: those after it follow from it. A tag is told of by itself. */
function syntaxMistakes(document: Document, place: (offset: number) => Place): Problem[] {
  const byLine = new Map<number, Problem>();
  for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
    if (code === 'TAG_RESOLVE_FAILED') continue;
    const at = place(pos[0]);
    if (byLine.has(at.line)) continue;
    const [said, expected] = SYNTAX[code] ?? [sentence(message), null];
    byLine.set(at.line, problem(at, 'syntax', said, expected));
  }
  return [...byLine.values()];
}

function sentence(message: string): string {
  const said = message.replace(/\s+at line \d+, column \d+:?[\s\S]*$/, '').trim();
  return said.charAt(0).toLowerCase() + said.slice(1);
}

function offsetOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

/** Finds the pair of a key without going through the whole map each time. */
class PairIndex {
  readonly #maps = new WeakMap<YAMLMap, Map<string, Pair>>();

  find(map: YAMLMap, key: string): Pair | undefined {
    let pairs = this.#maps.get(map);
    if (pairs === undefined) {
      pairs = new Map(map.items.map((item) => [isScalar(item.key) ? String(item.key.value) : '', item]));
      this.#maps.set(map, pairs);
    }
    return pairs.get(key);
  }
}

function offsetAt(document: Document, path: Path, ofKey: boolean, pairs: PairIndex): number {
  let node: unknown = document.contents;
  let offset = offsetOf(node);
  for (const [depth, step] of path.entries()) {
    if (isMap(node)) {
      const pair = pairs.find(node, String(step));
      if (pair === undefined) return offset;
      const isLast = depth === path.length - 1;
      offset = offsetOf(isLast && ofKey ? pair.key : isNode(pair.value) ? pair.value : pair.key);
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step];
      if (node === undefined) return offset;
      offset = offsetOf(node);
    } else return offset;
  }
  return offset;
}
