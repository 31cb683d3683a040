/** Everything measured now, grouped by where it comes from, under the catalogue's names without their group. */
import type { InferenceSnapshot, Measured, Snapshot } from '../shapes/generated/answers.js';
import type { AgentState, FactState } from '../shapes/port.js';
import { numberOf, wordOf } from './fact-values.js';

type Entry = [fact: string, state: FactState];

/**
 * The measured part of a state; unknown facts are null. `inference` and `frame` are null while nothing of them is
 * known, which is so without a bot, while it pauses and before its first frames.
 */
export function snapshotOf(state: AgentState): Snapshot {
  const { atMs, wallMs, facts, bot, cards, simulated } = state;
  const entries = Object.entries(facts);
  const frame = under(entries, 'frame.');
  return {
    at: new Date(wallMs).toISOString(),
    atMs,
    system: valuesOf(under(entries, 'system.')),
    gpu: cards.map((card, place) => ({ ...valuesOf(cardFacts(entries, place)), ...card })),
    inference: inferenceOf(facts, under(entries, 'inference.')),
    frame: hasKnown(frame) ? valuesOf(frame) : null,
    scene: valuesOf(under(entries, 'scene.')),
    agent: valuesOf(under(entries, 'agent.')),
    bot: bot === null ? null : { ...bot, maxFps: numberOf(facts['bot.maxFps']) },
    simulated,
    stale: staleOf(entries),
  };
}

/** The facts of a group, without the group's name. */
function under(entries: readonly Entry[], prefix: string): Entry[] {
  return entries.flatMap(([fact, state]): Entry[] =>
    fact.startsWith(prefix) ? [[fact.slice(prefix.length), state]] : [],
  );
}

/** `gpu.powerW` is of the bot's card, at place 0; `gpu.1.powerW` of the next. */
function cardFacts(entries: readonly Entry[], place: number): Entry[] {
  const prefix = place === 0 ? 'gpu.' : `gpu.${place}.`;
  return under(entries, prefix).filter(([name]) => place > 0 || !/^\d+\./.test(name));
}

function inferenceOf(facts: AgentState['facts'], entries: readonly Entry[]): InferenceSnapshot | null {
  const active = entries.filter(([name]) => !name.includes('.'));
  if (!hasKnown(active)) return null;
  return {
    ...valuesOf(active),
    model: wordOf(facts['state.model']),
    resolution: numberOf(facts['state.resolution']),
    models: byModel(entries.filter(([name]) => name.includes('.'))),
  };
}

/** `yolov8n.totalMs`; a model's name may have dots, a fact's has none. */
function byModel(entries: readonly Entry[]): Record<string, Measured> {
  const models = new Map<string, Entry[]>();
  for (const [name, state] of entries) {
    const dot = name.lastIndexOf('.');
    const model = name.slice(0, dot);
    models.set(model, [...(models.get(model) ?? []), [name.slice(dot + 1), state]]);
  }
  return Object.fromEntries([...models].map(([model, own]) => [model, valuesOf(own)]));
}

function valuesOf(entries: readonly Entry[]): Measured {
  return Object.fromEntries(entries.map(([name, { value }]) => [name, value]));
}

function hasKnown(entries: readonly Entry[]): boolean {
  return entries.some(([, { value }]) => value !== null);
}

/** What was known and has become too old, by its whole name. */
function staleOf(entries: readonly Entry[]): Snapshot['stale'] {
  return Object.fromEntries(
    entries.flatMap(([fact, { quality, ageMs, lastValue }]) =>
      quality === 'stale' && lastValue !== undefined ? [[fact, { value: lastValue, ageMs }]] : [],
    ),
  );
}
