/** Why a formula cannot be true: for each of its clauses the fewest comparisons that contradict each other. */
import { lookUpFact } from '../../facts/catalogue.js';
import type { Atom, Formula } from './atoms.js';
import { Budget } from './budget.js';
import { variablesOf } from './clause.js';
import { countClauses } from './formula.js';
import { factOf, solve } from './solve.js';

/** Clauses that are looked at one by one; of more, none is. */
const MAX_SHOWN = 8;
/** Reasons that are told. */
const MAX_REASONS = 3;

/** In words, at most three reasons; none where there are too many clauses to tell. */
export function contradictionsIn(formula: Formula): string[] {
  if (countClauses(formula, MAX_SHOWN) > MAX_SHOWN) return [];
  const reasons = new Set(clausesOf(formula).map((clause) => describe(fewest(clause))));
  return [...reasons].slice(0, MAX_REASONS);
}

function clausesOf(formula: Formula): Atom[][] {
  if (formula.kind === 'or') return formula.parts.flatMap(clausesOf);
  if (formula.kind !== 'and') return [[formula]];
  return formula.parts.reduce<Atom[][]>(
    (clauses, part) => clauses.flatMap((clause) => clausesOf(part).map((more) => [...clause, ...more])),
    [[]],
  );
}

/** The comparisons that are left when each that is not needed for the contradiction is taken out. */
function fewest(clause: readonly Atom[]): Atom[] {
  let kept = [...clause];
  for (const says of new Set(clause.map((atom) => atom.says))) {
    const fewer = kept.filter((atom) => atom.says !== says);
    if (solve({ kind: 'and', parts: fewer }, new Budget()).kind === 'unsatisfiable') kept = fewer;
  }
  return kept;
}

function describe(atoms: readonly Atom[]): string {
  const says = [...new Set(atoms.map((atom) => `"${atom.says}"`))];
  const [first = '', second = ''] = says;
  if (says.length === 1) return `${first} cannot be${rangesOf(atoms)}`;
  if (says.length === 2) return `${first} contradicts ${second}${rangesOf(atoms)}`;
  return `${says.slice(0, -1).join(', ')} and ${says.at(-1)} cannot all be true${rangesOf(atoms)}`;
}

/** What the catalogue says of the facts, where the comparisons alone would not contradict each other. */
function rangesOf(atoms: readonly Atom[]): string {
  const facts = new Set(atoms.flatMap(variablesOf).map(factOf));
  const ranges = [...facts].flatMap((fact) => {
    const { range, words, unit = '' } = lookUpFact(fact) ?? {};
    if (words !== undefined) return [`${fact} is one of ${words.join(', ')}`];
    return range === undefined
      ? []
      : [`${fact} is ${range[0]} to ${range[1]}${unit === '' ? '' : ` ${unit}`}`];
  });
  const alone = solve({ kind: 'and', parts: [...atoms] }, new Budget(), false);
  return alone.kind === 'unsatisfiable' || ranges.length === 0 ? '' : `, ${ranges.join(' and ')}`;
}
