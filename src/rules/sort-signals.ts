/** Signals in the order in which they can be computed. */
import { createHash } from 'node:crypto';
import type { Problem, Signal, SignalSource } from '../shapes/rule.js';
import { type NamedSignal, signalComplainer } from './named-signal.js';

/** By what they use, and by name where nothing else decides. A cycle is told once, at the reference that closes it. */
export function sortSignals(
  sources: ReadonlyMap<string, SignalSource>,
  named: ReadonlyMap<string, NamedSignal>,
  problems: Problem[],
): Signal[] {
  const sorted = new Map<string, Signal>();
  const done = new Set<string>();
  const open: string[] = [];
  const visit = (name: string): void => {
    const source = sources.get(name);
    if (source === undefined || done.has(name)) return;
    if (open.includes(name)) {
      const cycle = [...open.slice(open.indexOf(name)), name].join(' → ');
      const last = open[open.length - 1] ?? name;
      const complain = signalComplainer(last, named, problems);
      const kind = sources.get(last)?.kind ?? 'fact';
      complain(
        [kind === 'scaled' ? 'fact' : kind],
        'cycle',
        `the signal "${name}" rests on itself: ${cycle}`,
        'another fact',
      );
      return;
    }
    open.push(name);
    visit(source.fact);
    open.pop();
    done.add(name);
    const place = named.get(name)?.document.locate(['signals', name], true);
    if (place === undefined) return;
    sorted.set(name, { name, place, source, hash: hashOf(name, source, sorted.get(source.fact)) });
  };
  for (const name of sources.keys()) visit(name);
  return [...sorted.values()];
}

/** What a signal rests on is part of what it is. */
function hashOf(name: string, source: SignalSource, of: Signal | undefined): string {
  return createHash('sha256')
    .update(JSON.stringify([name, source, of?.hash ?? null]))
    .digest('hex')
    .slice(0, 16);
}
