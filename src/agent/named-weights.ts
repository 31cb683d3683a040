/** The weights of scene flags that a book's rules move or look at. */
import { factsOf } from '../rules/conditions.js';
import type { Book, Rule } from '../shapes/rule.js';
import { flagOf } from '../shapes/weight-knob.js';

const namesOf = new WeakMap<Book, readonly string[]>();

/** Their names as knobs, sorted. A book's rules never change and are asked at every tick, so each book is read once. */
export function namedWeights(book: Book): readonly string[] {
  let names = namesOf.get(book);
  if (names === undefined) {
    const facts = book.signals.map(({ source }) => source.fact);
    const all = [...facts, ...book.rules.flatMap(namesIn)].map((name) => name.replace(/^state\./, ''));
    names = [...new Set(all.filter((name) => flagOf(name) !== null))].sort();
    namesOf.set(book, names);
  }
  return names;
}

/** The knobs that a rule moves, and the facts that it looks at. */
function namesIn({ when, until, actions }: Rule): string[] {
  const ofActions = actions.flatMap((action) => [
    ...('knob' in action ? [action.knob] : []),
    ...('value' in action && 'fact' in action.value ? [action.value.fact] : []),
  ]);
  return [...factsOf(when), ...(until === null ? [] : factsOf(until)), ...ofActions];
}
