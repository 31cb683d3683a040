/** What is possible and most likely a mistake: its author is told. */
import { nearest } from '../nearest.js';
import type { AppliedLine } from '../shapes/generated/bot-line.js';
import { parseAddress } from './address.js';
import type { Problems } from './problems.js';

/** The knobs that rules know and a bot may offer (knob-table.ts). */
export const BOT_KNOBS: readonly string[] = [
  'model',
  'resolution',
  'frameSkip',
  'streams',
  'batchSize',
  'cpuThreads',
  'precision',
  'provider',
  'captureFps',
  'processPriority',
  'cpuAffinity',
];

/** Stages by these names would be facts that mean something else (stages.ts). */
const NO_STAGES: ReadonlySet<string> = new Set(['total', 'wait', 'interval', 'criticalLatency']);

/** Says which offered knobs are a mistake of typing away from one that rules know; a bot's own knobs are its business. */
export function tellOddKnobs(names: Iterable<string>, problems: Problems): void {
  for (const name of names) {
    const meant = BOT_KNOBS.includes(name) ? undefined : nearest(name, BOT_KNOBS);
    if (meant === undefined) continue;
    problems.sayOnce(
      'knobs',
      name,
      `a knob that rules know, such as ${meant}`,
      name,
      'no shipped rule steers it',
    );
  }
}

/** Says that a stage's time reaches no rule. */
export function tellOddStage(name: string, problems: Problems): void {
  if (!NO_STAGES.has(name)) return;
  problems.sayOnce(
    'stage',
    name,
    'another name, for the agent measures that itself',
    name,
    'no fact is made of it',
  );
}

/** Says that EVENKEEL_URL is none, of a bot that was not told another one. */
export function tellOddUrl(url: string | undefined, problems: Problems): void {
  if (!url || parseAddress(url) !== null) return;
  const expected = 'a URL such as http://127.0.0.1:7410';
  problems.sayOnce('connect', 'EVENKEEL_URL', expected, url, 'no agent is found by it');
}

/** Says that the bot's own function did not make a change. */
export function tellFailedChange({ ok, knob, value, error }: AppliedLine, problems: Problems): void {
  if (!ok) problems.sayOnce('on', knob, 'the change to be made', error, `${value} stays in force`);
}
