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

/** Tells each notice once, when its rule becomes active. */
export class NoticeLog {
  #told: ReadonlySet<string> = new Set();

  /** Takes the notices of one tick. */
  observe(notices: readonly Notice[], log: Log): void {
    const now = new Set<string>();
    for (const notice of notices) {
      const key = `${notice.rule} ${notice.sinceMs} ${notice.title}`;
      if (!this.#told.has(key)) log(LEVELS[notice.severity ?? 'info'], noticeText(notice));
      now.add(key);
    }
    this.#told = now;
  }
}

const LEVELS = { info: 'info', warning: 'warn', critical: 'error' } as const;

/** `The card is hot (heat): 3 °C from where it slows itself down`. */
export function noticeText({ kind, title, rule, because, try: what, gain }: Notice): string {
  const head = kind === 'alert' ? `${title} (${rule})` : `recommended by ${rule}: ${title}`;
  const parts = [
    because,
    ...(what === undefined ? [] : [`try: ${what}`]),
    ...(gain === undefined ? [] : [`gain: ${gain}`]),
  ];
  return `${head}: ${parts.join('; ')}`;
}
