/** What active rules recommend and warn of. */
import { renderBecause } from '../rules/because.js';
import type { FiredRule } from '../shapes/fired.js';
import type { Notice } from '../shapes/port.js';
import type { FactView } from '../shapes/reading.js';
import type { Log } from './log.js';

/** The notices of all active rules, except those of shadow sets. */
export function noticesOf(fired: readonly FiredRule[], facts: FactView): Notice[] {
  return fired.flatMap(({ rule, memory, mode, isActive }) => {
    if (!isActive || mode === 'shadow') return [];
    const because = renderBecause(rule.because, facts);
    const { sinceMs } = memory;
    return rule.actions.flatMap((action): Notice[] => {
      if (action.kind !== 'recommend' && action.kind !== 'alert') return [];
      return [{ ...action, rule: rule.id, because, sinceMs }];
    });
  });
}

/** A notice with the wall time in ms of the tick that told it first. */
export interface StandingNotice {
  notice: Notice;
  sinceWallMs: number;
}

/** Tells each notice once, when its rule becomes active, and remembers when that was. */
export class NoticeLog {
  #standing: ReadonlyMap<string, StandingNotice> = new Map();

  /** Takes the notices of the tick at `wallMs`. */
  observe(notices: readonly Notice[], log: Log, wallMs: number): void {
    const now = new Map<string, StandingNotice>();
    for (const notice of notices) {
      const key = `${notice.rule} ${notice.sinceMs} ${notice.title}`;
      const before = this.#standing.get(key);
      if (before === undefined) log(LEVELS[notice.severity ?? 'info'], noticeText(notice));
      now.set(key, { notice, sinceWallMs: before?.sinceWallMs ?? wallMs });
    }
    this.#standing = now;
  }

  /** The notices of the newest tick. */
  get standing(): StandingNotice[] {
    return [...this.#standing.values()];
  }
}

const LEVELS = { info: 'info', warning: 'warn', critical: 'error' } as const;

/** `The card is hot (heat): 3 °C from where it slows itself down`. */
export function noticeText(notice: Notice): string {
  const { kind, title, rule } = notice;
  const head = kind === 'alert' ? `${title} (${rule})` : `recommended by ${rule}: ${title}`;
  return `${head}: ${noticeReason(notice)}`;
}

/** Why a notice stands, what to try and what that should bring. */
export function noticeReason({ because, try: what, gain }: Notice): string {
  const parts = [
    because,
    ...(what === undefined ? [] : [`try: ${what}`]),
    ...(gain === undefined ? [] : [`gain: ${gain}`]),
  ];
  return parts.join('; ');
}
