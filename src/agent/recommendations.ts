/** What a person might do: what active rules advise and warn of, and what rules that may not act would change. */
import type { Decision } from '../shapes/decision.js';
import type { Recommendation } from '../shapes/generated/answers.js';
import type { DecisionEntry } from '../shapes/port.js';
import { lackOf, lackText } from './lacking.js';
import { noticeReason, type StandingNotice } from './notices.js';

/** What recommendations are made from. */
export interface Advice {
  notices: readonly StandingNotice[];
  /** What would be done as things stand (`Feed.standing`). */
  standing: readonly DecisionEntry[];
  decision: Decision;
}

/**
 * What stands at the newest tick: first the notices, then one for each knob that would be another, oldest first. Each
 * keeps its `since` for as long as it stands. What shadow sets would do is recorded only, and not among them.
 */
export function recommendationsOf({ notices, standing, decision }: Advice): Recommendation[] {
  return [
    ...notices.map(ofNotice),
    ...standing.filter(({ mode }) => mode === 'recommend').map((entry) => ofEntry(entry, decision)),
  ];
}

function ofNotice({ notice, sinceWallMs }: StandingNotice): Recommendation {
  const { rule, title, severity } = notice;
  return {
    rule,
    text: `${title}: ${noticeReason(notice)}`,
    since: new Date(sinceWallMs).toISOString(),
    ...(severity === undefined ? {} : { severity }),
  };
}

function ofEntry(
  { knob, from, to, winner, because, wallMs }: DecisionEntry,
  decision: Decision,
): Recommendation {
  const lack = lackOf(decision.knobs[knob]);
  const parts = [
    `${knob} ${to}${from === null ? '' : ` instead of ${from}`}`,
    ...(because === null ? [] : [because]),
    ...(lack === undefined ? [] : [`not written: ${lackText(lack)}`]),
  ];
  return { rule: winner, text: parts.join('; '), knob, value: to, since: new Date(wallMs).toISOString() };
}
