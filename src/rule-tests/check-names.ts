/** Names that a test file uses of the book and the profile: each is there, or the nearest right one is told. */
import { CATALOGUE, lookUpFact, SCENE_FLAGS } from '../facts/catalogue.js';
import { didYouMean } from '../nearest.js';
import type { Path } from '../rules/document.js';
import type { KnobOffer, KnobValue } from '../shapes/knob.js';
import { KNOBS, lookUpKnob } from '../shapes/knob-table.js';
import type { Book } from '../shapes/rule.js';
import { flagOf, WEIGHT_RANGE } from '../shapes/weight-knob.js';
import type { Complain } from './test-file.js';

/** A number within the widest range that a weight can have. */
const ANY_WEIGHT: KnobOffer = { range: [...WEIGHT_RANGE], value: 1 };

/** What the names of a test are looked up in. */
export interface Names {
  /** Null where the book has mistakes: its names are then taken on trust. */
  book: Book | null;
  /** What the profile offers; null where there is no such profile. */
  knobs: Readonly<Record<string, KnobOffer>> | null;
  profile: string;
  complain: Complain;
}

/** The choice of a closed list; true where it is in there. */
export function checkName(
  kind: string,
  name: string,
  names: readonly string[],
  path: Path,
  complain: Complain,
  ofKey = false,
): boolean {
  if (names.includes(name)) return true;
  const expected = names.length === 0 ? null : `one of ${names.join(', ')}`;
  complain(
    path,
    `unknown-${kind.replace(' ', '-')}`,
    `no ${kind} is named "${name}"${didYouMean(name, names)}`,
    expected,
    {
      ofKey,
    },
  );
  return false;
}

/** A rule of the book under test. */
export function checkRule(id: string, path: Path, { book, complain }: Names): void {
  const ids = book?.rules.map((rule) => rule.id) ?? [id];
  if (ids.includes(id)) return;
  const message = `no rule of the book under test has the id "${id}"${didYouMean(id, ids)}`;
  complain(path, 'unknown-rule', message, 'the id of a rule in a file listed under rules');
}

/** A fact of the catalogue, or a signal of the book where `orSignal`. */
export function checkFact(fact: string, path: Path, { book, complain }: Names, orSignal: boolean): void {
  // A name without a source is told by the schema.
  if (lookUpFact(fact) !== undefined || !fact.includes('.')) return;
  if (orSignal && book === null) return;
  const signals = book?.signals.map(({ name }) => name) ?? [];
  if (orSignal && signals.includes(fact)) return;
  if (signals.includes(fact)) {
    const message = `"${fact}" is a signal of the book, it is derived from other facts`;
    complain(path, 'given-signal', message, 'the facts it is derived from', { ofKey: true });
    return;
  }
  const hint = didYouMean(fact, [...Object.keys(CATALOGUE), ...(orSignal ? signals : [])]);
  complain(path, 'unknown-fact', `no fact is named "${fact}"${hint}`, 'a fact of the catalogue', {
    ofKey: true,
  });
}

/** A knob that the profile offers, the level, or the weight of a scene flag. */
export function checkKnob(knob: string, path: Path, names: Names, ofKey = true): boolean {
  const { knobs, complain, profile, book } = names;
  const flag = flagOf(knob);
  if (flag !== null) {
    const flags = [...SCENE_FLAGS, ...Object.keys(book?.frames.weights ?? { [flag]: 1 })];
    return checkName('scene flag', flag, flags, path, complain, ofKey);
  }
  const offered = [...new Set([...Object.keys(knobs ?? KNOBS), 'level'])];
  if (offered.includes(knob)) return true;
  if (lookUpKnob(knob) === undefined) return checkName('knob', knob, offered, path, complain, ofKey);
  const message = `the profile ${profile} does not offer the knob "${knob}"`;
  complain(path, 'unknown-knob', message, `one of ${offered.join(', ')}`, { ofKey });
  return false;
}

/** A value that the profile offers for a knob. */
export function checkKnobValue(knob: string, value: KnobValue, path: Path, names: Names): void {
  const offer = flagOf(knob) === null ? names.knobs?.[knob] : ANY_WEIGHT;
  const values: readonly KnobValue[] | undefined = knob === 'level' ? levelsOf(names) : offer?.values;
  if (values !== undefined) {
    if (values.length === 0 || values.includes(value)) return;
    const hint = didYouMean(String(value), values.map(String));
    const message = `${JSON.stringify(value)} is no value of ${knob} with the profile ${names.profile}${hint}`;
    names.complain(path, 'bad-value', message, `one of ${values.join(', ')}`);
    return;
  }
  if (offer?.range === undefined) return;
  const [low, high] = offer.range;
  if (typeof value === 'number' && value >= low && value <= high) return;
  const message = `${JSON.stringify(value)} is no value of ${knob} with the profile ${names.profile}`;
  names.complain(path, 'bad-value', message, `a number from ${low} to ${high}`);
}

/** Names of the book's levels; empty where the book has mistakes. */
function levelsOf({ book }: Names): string[] {
  return Object.keys(book?.levels ?? {});
}

/** Complains of a level that the book does not have; says nothing where there is no book. */
export function checkLevel(name: string, path: Path, names: Names): void {
  if (names.book !== null) checkName('level', name, levelsOf(names), path, names.complain);
}
