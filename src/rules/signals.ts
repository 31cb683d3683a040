/** Signals: facts that a book derives from others, checked and put in the order in which they can be computed. */
import { CATALOGUE, type FactDefinition, lookUpFact } from '../facts/catalogue.js';
import { didYouMean } from '../nearest.js';
import { type Problem, SIGNAL_FOLDS, type Signal, type SignalSource } from '../shapes/rule.js';
import { type Complain, checkFact, KINDS } from './conditions.js';
import { toMs } from './duration.js';
import type { FactNames } from './fact-names.js';
import { type NamedSignal, signalComplainer } from './named-signal.js';
import { sortSignals } from './sort-signals.js';

/** The longest window, half-life and unit of time: memory stays flat. */
const MAX_MS = 600_000;
/** Most signals of a book; each may hold ten minutes of ticks. */
const MAX_SIGNALS = 256;

/** What may stand beside each source; the first is needed where there is one. */
const BESIDE: Readonly<Record<string, { needs?: string; takes: readonly string[] }>> = {
  ...Object.fromEntries(SIGNAL_FOLDS.map((fold) => [fold, { needs: 'over', takes: ['over'] }])),
  slope: { needs: 'over', takes: ['over', 'per'] },
  ewma: { needs: 'halfLife', takes: ['halfLife'] },
  fact: { takes: ['times', 'plus'] },
  age: { takes: [] },
};
const SOURCES = Object.keys(BESIDE);
const GROUPS = new Set(Object.keys(CATALOGUE).map((name) => name.split('.')[0] ?? name));

/** What a signal means before its source is known to be right: a number. */
export const ANY_SIGNAL: FactDefinition = {
  type: 'number',
  unit: '',
  tier: 'tick',
  meaning: 'a signal of the book',
};

/** Checks the signals of a book and sorts them: each comes after those it uses, whatever file it stands in. */
export function buildSignals(
  named: ReadonlyMap<string, NamedSignal>,
  names: FactNames,
  problems: Problem[],
): Signal[] {
  const sources = new Map<string, SignalSource>();
  const sorted = [...named.keys()].sort();
  for (const name of sorted) {
    const source = buildSource(name, named, names, problems);
    if (source !== null) sources.set(name, source);
  }
  const extra = sorted[MAX_SIGNALS];
  if (extra !== undefined) {
    const message = `the book has ${sorted.length} signals`;
    signalComplainer(extra, named, problems)([], 'too-big', message, `at most ${MAX_SIGNALS}`);
    return [];
  }
  return sortSignals(sources, named, problems);
}

/** The source of one signal, or null where it has none that is right. */
function buildSource(
  name: string,
  named: ReadonlyMap<string, NamedSignal>,
  names: FactNames,
  problems: Problem[],
): SignalSource | null {
  const raw = named.get(name)?.raw ?? {};
  const complain = signalComplainer(name, named, problems);
  const given = Object.keys(raw).filter((key) => SOURCES.includes(key));
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    const message =
      kind === undefined
        ? `the signal "${name}" has no source`
        : `the signal "${name}" has ${given.length} sources: ${given.join(', ')}`;
    complain([], 'bad-signal', message, `exactly one of ${SOURCES.join(', ')}`);
    return null;
  }
  const fact = String(raw[kind]);
  const hasName = checkName(name, `${fact}.${kind === 'fact' ? 'scaled' : kind}`, complain);
  const hasFact = checkSource(kind, fact, names, complain);
  const isWhole = checkBeside(kind, raw, complain);
  return hasName && hasFact && isWhole ? toSource(kind, fact, raw) : null;
}

function toSource(kind: string, fact: string, raw: NamedSignal['raw']): SignalSource {
  const ms = (key: string): number => toMs(String(raw[key])) ?? 0;
  switch (kind) {
    case 'age':
      return { kind, fact };
    case 'ewma':
      return { kind, fact, halfLifeMs: ms('halfLife') };
    case 'slope':
      return { kind, fact, overMs: ms('over'), perMs: raw.per === undefined ? 1_000 : ms('per') };
    case 'fact':
      return { kind: 'scaled', fact, times: Number(raw.times ?? 1), plus: Number(raw.plus ?? 0) };
    default: {
      const fold = SIGNAL_FOLDS.find((one) => one === kind) ?? 'avg';
      return { kind: fold, fact, overMs: ms('over') };
    }
  }
}

/** A name is a new one, in a group there is, and no reading of a bot or card would ever be taken for it. */
function checkName(name: string, proposal: string, complain: Complain): boolean {
  const [group = name] = name.split('.');
  if (!GROUPS.has(group)) {
    const expected = `a name in ${[...GROUPS].join(', ')}`;
    complain([], 'bad-name', `no group is named "${group}"${didYouMean(group, GROUPS)}`, expected);
    return false;
  }
  const taken = takenBy(name);
  if (taken === null) return true;
  const isFree = GROUPS.has(proposal.split('.')[0] ?? proposal) && lookUpFact(proposal) === undefined;
  const expected = `another name${isFree && proposal !== name ? `, such as "${proposal}"` : ''}`;
  complain([], 'bad-name', `"${name}" is ${taken}`, expected);
  return false;
}

/** What else a name already means, or null. */
function takenBy(name: string): string | null {
  if (Object.hasOwn(CATALOGUE, name)) return 'already a fact of the catalogue';
  if (lookUpFact(name) === undefined) return null;
  if (name.startsWith('frame.')) return "what a bot's own stage would be called";
  if (name.startsWith('inference.')) return 'what the last known figure of a model would be called';
  return 'what a fact of another card would be called';
}

function checkSource(kind: string, fact: string, names: FactNames, complain: Complain): boolean {
  checkFact(fact, [kind], { names, complain }, false);
  const type = names.look(fact)?.type;
  if (type === undefined) return false;
  if (kind === 'age' || type === 'number') return true;
  complain([kind], 'bad-type', `"${fact}" is ${KINDS[type]}`, 'a fact that is a number');
  return false;
}

function checkBeside(kind: string, raw: NamedSignal['raw'], complain: Complain): boolean {
  const { needs, takes } = BESIDE[kind] ?? { takes: [] };
  let isRight = true;
  const refuse: Complain = (...said) => {
    isRight = false;
    complain(...said);
  };
  if (needs !== undefined && raw[needs] === undefined) {
    refuse([], 'missing-key', `"${kind}" needs "${needs}"`, 'a time such as 10s');
  }
  for (const [key, value] of Object.entries(raw)) {
    if (key === kind) continue;
    if (!takes.includes(key)) {
      const allowed = takes.map((one) => `"${one}"`).join(' and ');
      const expected = takes.length === 0 ? `"${kind}" alone` : `only ${allowed} beside it`;
      refuse([key], 'bad-signal', `"${key}" means nothing beside "${kind}"`, expected, true);
    } else if (typeof value === 'string') {
      const ms = toMs(value) ?? 0;
      if (!(ms > 0 && ms <= MAX_MS))
        refuse([key], 'out-of-range', `"${key}" is ${value}`, 'above 0 and at most 10m');
    }
  }
  return isRight;
}
