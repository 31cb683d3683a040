/** Atoms that are to be true together: what contradicts itself is found as they come, the rest when they are solved. */
import type { FactDefinition } from '../../facts/catalogue.js';
import type { FactValue } from '../../shapes/reading.js';
import type { Atom } from './atoms.js';
import type { Budget } from './budget.js';
import { beyond, boundedBy, type End, endRow } from './ends.js';
import { compare, fractionOf, toNumber } from './fraction.js';
import type { Inequality } from './inequality.js';
import { solveLinear } from './linear.js';
import { solveWords } from './words.js';

/** Values of the variables that must be known; all others may be unknown. */
export type Point = Map<string, FactValue>;

/** With a point where it can be true; undecided where the budget does not reach. */
export type Answer =
  | { kind: 'satisfiable'; point: Point; unknown: string[] }
  | { kind: 'unsatisfiable' }
  | { kind: 'undecided' };

/** What the catalogue says of a variable. */
export type LookUp = (variable: string) => FactDefinition | undefined;

/** Grows atom by atom on the way down a search; what contradicts itself is refused at once. */
export class Clause {
  readonly #atoms: Atom[];
  readonly #known: Map<string, boolean>;
  readonly #lows: Map<string, End>;
  readonly #highs: Map<string, End>;

  readonly #lookUp: LookUp;

  constructor(
    lookUp: LookUp,
    atoms: Atom[] = [],
    known: ReadonlyMap<string, boolean> = new Map(),
    lows: ReadonlyMap<string, End> = new Map(),
    highs: ReadonlyMap<string, End> = new Map(),
  ) {
    this.#lookUp = lookUp;
    this.#atoms = atoms;
    this.#known = new Map(known);
    this.#lows = new Map(lows);
    this.#highs = new Map(highs);
  }

  copy(): Clause {
    return new Clause(this.#lookUp, [...this.#atoms], this.#known, this.#lows, this.#highs);
  }

  /** False when the atom contradicts an earlier one about the same variable. */
  take(atom: Atom): boolean {
    this.#atoms.push(atom);
    const isKnown = atom.kind !== 'known' || atom.known;
    for (const variable of variablesOf(atom)) {
      if ((this.#known.get(variable) ?? isKnown) !== isKnown) return false;
      this.#known.set(variable, isKnown);
    }
    return atom.kind !== 'linear' || this.#bound(atom.inequality);
  }

  #bound(inequality: Inequality): boolean {
    const bounded = boundedBy(inequality);
    if (bounded === null) return true;
    const { variable, end } = bounded;
    const [ends, sign] = bounded.isUpper ? [this.#highs, -1] : [this.#lows, 1];
    const before = ends.get(variable);
    const order = before === undefined ? 1 : sign * compare(end.at, before.at);
    if (order > 0 || (order === 0 && end.strict)) ends.set(variable, end);
    return this.#isOpen(variable);
  }

  #isOpen(variable: string): boolean {
    const [low, high] = [this.#lows.get(variable), this.#highs.get(variable)];
    const range = this.#lookUp(variable)?.range;
    if (range !== undefined) {
      if (low !== undefined && beyond(compare(low.at, fractionOf(range[1])), low.strict)) return false;
      if (high !== undefined && beyond(-compare(high.at, fractionOf(range[0])), high.strict)) return false;
    }
    if (low === undefined || high === undefined) return true;
    return !beyond(compare(low.at, high.at), low.strict || high.strict);
  }

  /** What bounds a variable by itself: of comparison and range the one that says more. */
  #endsOf(variable: string): Inequality[] {
    const [min, max] = this.#lookUp(variable)?.range?.map(fractionOf) ?? [];
    const [low, high] = [this.#lows.get(variable), this.#highs.get(variable)];
    const isRangeLow = min !== undefined && (low === undefined || compare(min, low.at) > 0);
    const isRangeHigh = max !== undefined && (high === undefined || compare(max, high.at) < 0);
    return [
      ...endRow(variable, isRangeLow ? { at: min, strict: false } : low, -1n, isRangeLow),
      ...endRow(variable, isRangeHigh ? { at: max, strict: false } : high, 1n, isRangeHigh),
    ];
  }

  solve(budget: Budget): Answer {
    const members = this.#atoms.filter((atom) => atom.kind === 'member');
    const sames = this.#atoms.filter((atom) => atom.kind === 'same');
    const words = solveWords(members, sames, (variable) => domainOf(this.#lookUp(variable)), budget);
    if (words.kind !== 'satisfiable') return words;
    const inequalities = this.#atoms.flatMap((atom) => (atom.kind === 'linear' ? [atom.inequality] : []));
    const variables = new Set(inequalities.flatMap(({ terms }) => [...terms.keys()]));
    const several = inequalities.filter((one) => boundedBy(one) === null);
    const numbers = solveLinear(
      [...several, ...[...variables].flatMap((name) => this.#endsOf(name))],
      budget,
    );
    if (numbers.kind !== 'satisfiable') return numbers;
    const point: Point = new Map(words.point);
    for (const [variable, value] of numbers.point) point.set(variable, toNumber(value));
    const unknown: string[] = [];
    for (const [variable, isKnown] of this.#known) {
      if (!isKnown) unknown.push(variable);
      else if (!point.has(variable)) point.set(variable, anyValue(this.#lookUp(variable)));
    }
    return { kind: 'satisfiable', point, unknown };
  }
}

/** The variables an atom speaks of. */
export function variablesOf(atom: Atom): string[] {
  switch (atom.kind) {
    case 'linear':
      return [...atom.inequality.terms.keys()];
    case 'same':
      return [atom.left, atom.right];
    default:
      return [atom.variable];
  }
}

/** The closed list of a variable's values; null for a number or an open word. */
function domainOf(definition: FactDefinition | undefined): readonly FactValue[] | null {
  return definition?.type === 'boolean' ? [true, false] : (definition?.words ?? null);
}

/** A value for a variable that has only to be known. */
function anyValue(definition: FactDefinition | undefined): FactValue {
  const [first] = domainOf(definition) ?? [];
  return first ?? (definition?.type === 'word' ? 'another' : Math.max(0, definition?.range?.[0] ?? 0));
}
