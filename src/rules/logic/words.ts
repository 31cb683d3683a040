/** Whether claims about words and booleans can be true together, and values that make them so. */
import type { FactValue } from '../../shapes/reading.js';
import type { Atom } from './atoms.js';
import type { Budget } from './budget.js';

type Member = Extract<Atom, { kind: 'member' }>;
type Same = Extract<Atom, { kind: 'same' }>;

/** With a value for each variable where all can be true together. */
export type WordAnswer =
  | { kind: 'satisfiable'; point: Map<string, FactValue> }
  | { kind: 'unsatisfiable' }
  | { kind: 'undecided' };

/** Variables that are all the same, with the values left to them; null for any word. */
interface Group {
  variables: string[];
  allowed: readonly FactValue[] | null;
  refused: Set<FactValue>;
}

/** `domainOf` gives the closed list of a variable's values, null where it may be any word. */
export function solveWords(
  members: readonly Member[],
  sames: readonly Same[],
  domainOf: (variable: string) => readonly FactValue[] | null,
  budget: Budget,
): WordAnswer {
  const groups = groupUp(members, sames);
  for (const group of groups) {
    for (const variable of group.variables) restrict(group, domainOf(variable));
  }
  for (const { variable, values, isIn } of members) {
    const group = groups.find(({ variables }) => variables.includes(variable));
    if (group === undefined) continue;
    if (isIn) restrict(group, values);
    else for (const value of values) group.refused.add(value);
  }
  const apart = sames
    .filter(({ isSame }) => !isSame)
    .map(({ left, right }) =>
      [left, right].map((name) => groups.findIndex((g) => g.variables.includes(name))),
    );
  if (apart.some(([a, b]) => a === b)) return { kind: 'unsatisfiable' };
  const chosen = choose(groups, apart, [], budget);
  if (chosen === 'undecided') return { kind: 'undecided' };
  if (chosen === null) return { kind: 'unsatisfiable' };
  const point = new Map(
    groups.flatMap(({ variables }, i) => variables.map((v) => [v, chosen[i] ?? ''] as const)),
  );
  return { kind: 'satisfiable', point };
}

function groupUp(members: readonly Member[], sames: readonly Same[]): Group[] {
  const names = new Set([
    ...members.map(({ variable }) => variable),
    ...sames.flatMap(({ left, right }) => [left, right]),
  ]);
  let groups = [...names].map((name): Group => ({ variables: [name], allowed: null, refused: new Set() }));
  for (const { left, right, isSame } of sames) {
    if (!isSame) continue;
    const joined = groups.filter(({ variables }) => variables.includes(left) || variables.includes(right));
    const variables = joined.flatMap((group) => group.variables);
    groups = [
      ...groups.filter((group) => !joined.includes(group)),
      { variables, allowed: null, refused: new Set() },
    ];
  }
  return groups;
}

function restrict(group: Group, values: readonly FactValue[] | null): void {
  if (values === null) return;
  group.allowed = group.allowed?.filter((value) => values.includes(value)) ?? values;
}

/** A value for each group from the first on; null when there is none. */
function choose(
  groups: readonly Group[],
  apart: readonly (readonly (number | undefined)[])[],
  chosen: readonly FactValue[],
  budget: Budget,
): FactValue[] | null | 'undecided' {
  const group = groups[chosen.length];
  if (group === undefined) return [...chosen];
  const others = apart.flatMap(([a, b]) => (a === chosen.length ? [b] : b === chosen.length ? [a] : []));
  const taken = new Set(others.map((i) => chosen[i ?? -1]));
  const candidates = group.allowed ?? [freshWord(group, chosen)];
  for (const value of candidates) {
    if (group.refused.has(value) || taken.has(value)) continue;
    if (!budget.spend(1)) return 'undecided';
    const rest = choose(groups, apart, [...chosen, value], budget);
    if (rest !== null) return rest;
  }
  return null;
}

/** A word that nothing speaks of: different from all others, it never stands in the way. */
function freshWord({ refused }: Group, chosen: readonly FactValue[]): string {
  for (let i = 1; ; i++) {
    const word = i === 1 ? 'another' : `another${i}`;
    if (!refused.has(word) && !chosen.includes(word)) return word;
  }
}
