/** What a signal is as a fact: its unit and range follow from its source. */
import type { Signal, SignalSource } from '../shapes/rule.js';
import { type FactDefinition, lookUpFact } from './catalogue.js';

const SECOND_MS = 1_000;

/** The definitions of signals as facts. Each must come after those it uses, as in a book. */
export function defineSignals(signals: readonly Signal[]): Map<string, FactDefinition> {
  const defined = new Map<string, FactDefinition>();
  for (const { name, source } of signals) {
    const of = defined.get(source.fact) ?? lookUpFact(source.fact);
    defined.set(name, defineSignal(source, of));
  }
  return defined;
}

function defineSignal(source: SignalSource, of: FactDefinition | undefined): FactDefinition {
  const unit = of?.unit ?? '';
  const fact = (unitHere: string, range: FactDefinition['range']): FactDefinition => ({
    type: 'number',
    unit: unitHere,
    tier: 'tick',
    meaning: describeSource(source),
    ...(range === undefined ? {} : { range }),
  });
  switch (source.kind) {
    case 'age':
      return fact('s', [0, Number.MAX_VALUE]);
    case 'slope':
      return fact(`${unit}/${describeMs(source.perMs).replace(/^1 /, '')}`, undefined);
    case 'sum':
      return fact(unit, undefined);
    case 'scaled': {
      const ends = of?.range?.map((end) => end * source.times + source.plus) ?? [];
      const range = ends.length === 0 ? undefined : ([Math.min(...ends), Math.max(...ends)] as const);
      return fact(source.times === 1 ? unit : '', range);
    }
    default:
      return fact(unit, of?.range);
  }
}

/** A signal's source in words: `p95 of frame.totalMs over 10 s`. */
function describeSource(source: SignalSource): string {
  switch (source.kind) {
    case 'age':
      return `seconds since the newest reading of ${source.fact}`;
    case 'slope':
      return `slope of ${source.fact} over ${describeMs(source.overMs)}`;
    case 'ewma':
      return `mean of ${source.fact} whose past halves every ${describeMs(source.halfLifeMs)}`;
    case 'scaled':
      return `${source.fact} times ${source.times} plus ${source.plus}`;
    default:
      return `${source.kind} of ${source.fact} over ${describeMs(source.overMs)}`;
  }
}

/** A span of time in words: `10 s`, `250 ms`, `1 min`. */
export function describeMs(ms: number): string {
  if (ms < SECOND_MS) return `${ms} ms`;
  return ms >= 60 * SECOND_MS && ms % (60 * SECOND_MS) === 0
    ? `${ms / (60 * SECOND_MS)} min`
    : `${ms / SECOND_MS} s`;
}
