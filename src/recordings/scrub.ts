/** Takes out of a recording's texts what tells whose machine it is of: host, user, paths, ids of cards. */

import type { Sample, TickEvent } from '../shapes/sample.js';
import type { BookLine, RecordingLine, StateLine } from './format.js';

/** Words that tell who and where; whatever is left out is not known. */
export interface Identity {
  host: string;
  user: string;
  /** The person's own folder. */
  home: string;
  cardUuids: readonly string[];
}

/** Names that half the machines share tell nothing, and stand in many an honest message. */
const COMMON = new Set([
  'root',
  'admin',
  'administrator',
  'system',
  'user',
  'users',
  'localhost',
  'host',
  'home',
]);
/** A shorter name is found in too many words. */
const SHORTEST_NAME = 3;
/** What stands for an id where there is no card is a word. */
const SHORTEST_ID = 8;

const CARD = /\b(?:GPU|MIG)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi;
const BUS = /\b(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]\b/gi;
/** An absolute path of Windows, of its network or of any other system; its last part tells enough. */
const PATH =
  /(?<![\w/\\.:…~-])(?:[A-Za-z]:[\\/]|\\\\|\/)(?:[^\s"'`<>|:*?,;()[\]{}\\/]+[\\/])+([^\s"'`<>|:*?,;()[\]{}\\/]*)/g;
/** Texts whose form is remembered. */
const MAX_KNOWN = 500;
/** A line of YAML that is a comment and nothing else. */
const COMMENT = /^[ \t]*#.*$/gm;
/** Keys whose texts people read and nothing decides by. */
const TEXTS: ReadonlySet<string> = new Set(['error', 'why', 'readOnly', 'skipReason']);

/** Rewrites the lines of one recording; the same text always becomes the same one. */
export class Scrubber {
  readonly #literals: [RegExp, string][];
  /** The reasons why sensors are missing are the same at every tick. */
  readonly #known: Map<string, string> = new Map();

  constructor({ host, user, home, cardUuids }: Identity) {
    const names: [string, string][] = [
      [host, 'HOST'],
      [host.split('.')[0] ?? '', 'HOST'],
      [user, 'USER'],
    ];
    const isTelling = (name: string): boolean =>
      name.length >= SHORTEST_NAME && !COMMON.has(name.toLowerCase());
    this.#literals = [
      ...(home.length > 1 ? [[new RegExp(escaped(home), 'gi'), '~'] as [RegExp, string]] : []),
      ...cardUuids
        .filter((id) => id.length >= SHORTEST_ID)
        .map((id): [RegExp, string] => [new RegExp(escaped(id), 'gi'), 'GPU']),
      ...names
        .filter(([name]) => isTelling(name))
        .map(([name, stand]): [RegExp, string] => [
          new RegExp(`(?<!\\w)${escaped(name)}(?!\\w)`, 'gi'),
          stand,
        ]),
    ];
  }

  /** A text without them. */
  text(text: string): string {
    const before = this.#known.get(text);
    if (before !== undefined) return before;
    const rewritten = this.#rewrite(text);
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(text, rewritten);
    return rewritten;
  }

  #rewrite(text: string): string {
    let rest = text.replace(CARD, 'GPU').replace(BUS, 'BUS');
    for (const [pattern, stand] of this.#literals) rest = rest.replace(pattern, stand);
    return rest.replace(/~(?:[\\/][^\s"'`<>|:*?,;()[\]{}\\/]+)*[\\/]/g, '…/').replace(PATH, '…/$1');
  }

  /** A line without them; what decisions are made by stays as it is. */
  line(line: RecordingLine): RecordingLine {
    switch (line.kind) {
      case 'sample':
        return this.#sample(line);
      case 'book':
        return this.#book(line);
      case 'state':
        return this.#texts(line) as StateLine;
      case 'frame':
        return this.#texts(line) as RecordingLine;
      case 'header': {
        const { identity: _, ...rest } = line;
        return rest;
      }
      default:
        return line;
    }
  }

  #sample(sample: Sample): Sample {
    const readings = { ...sample.readings };
    for (const [fact, reading] of Object.entries(readings)) {
      if (reading[0] === null) readings[fact] = [null, reading[1], reading[2], this.text(reading[3])];
    }
    return { ...sample, readings, events: sample.events.map((event) => this.#event(event)) };
  }

  #event(event: TickEvent): TickEvent {
    switch (event.kind) {
      case 'hello':
        return { ...(this.#texts(event) as typeof event), name: this.text(event.name) };
      case 'applied':
      case 'device':
        return this.#texts(event) as TickEvent;
      default:
        return event;
    }
  }

  /** Rules are recorded as they are written, but for paths and names in comments. */
  #book(book: BookLine): BookLine {
    const files = book.files.map((file) => ({
      ...file,
      path: this.#literals.reduce((path, [pattern, stand]) => path.replace(pattern, stand), file.path),
      text: file.text.replace(COMMENT, (comment) => this.text(comment)),
    }));
    return { ...book, files };
  }

  #texts(value: unknown, key = ''): unknown {
    if (typeof value === 'string') return TEXTS.has(key) ? this.text(value) : value;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((part) => this.#texts(part, key));
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, this.#texts(part, name)]));
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
