/** Why rules did or did not fire at a tick, and why what they wanted did or did not come. */
import { EvenkeelError } from '../errors.js';
import { didYouMean } from '../nearest.js';
import type { FiredRule } from '../shapes/fired.js';
import type { Explanation } from '../shapes/port.js';
import { renderBecause } from './because.js';
import { closenessOf } from './closeness.js';
import { losesTo, waitsOf } from './explain-waits.js';
import type { TickView } from './tick-view.js';
import { explainCondition } from './truth.js';

/**
 * One rule, or all of them, nearest to firing first.
 * @throws EvenkeelError `unknownName` with the nearest name, or the file that switched the rule off.
 */
export function explainTick(tick: TickView, rule?: string): Explanation[] {
  if (rule === undefined) {
    return tick.fired
      .map((fired) => {
        const explanation = explainRule(fired, tick);
        return { explanation, closeness: closenessOf(explanation) };
      })
      .sort((a, b) => b.closeness - a.closeness || (a.explanation.rule < b.explanation.rule ? -1 : 1))
      .map(({ explanation }) => explanation);
  }
  const fired = tick.fired.find((one) => one.rule.id === rule);
  if (fired !== undefined) return [explainRule(fired, tick)];
  const rules = tick.fired.map((one) => one.rule.id);
  const off = tick.overrides.findLast(({ id }) => id === rule);
  const message =
    off === undefined
      ? `no rule has the id "${rule}"${didYouMean(rule, rules)}`
      : `the rule "${rule}" of ${off.over} is switched off by ${off.file}`;
  throw new EvenkeelError('unknownName', message, { details: { rules } });
}

/** The explanation of one rule at a tick. */
export function explainRule(fired: FiredRule, tick: TickView): Explanation {
  const { rule, memory, mode } = fired;
  const { atMs, facts } = tick;
  const tree = explainCondition(rule.when, facts, atMs);
  const until = rule.until === null ? null : explainCondition(rule.until, facts, atMs);
  return {
    rule: rule.id,
    at: (atMs - tick.startMs) / 1000,
    time: new Date(tick.wallMs).toISOString(),
    state: memory.phase,
    progress: progressOf(fired, atMs),
    // Asleep it is blind while `when` cannot be known, awake while its end cannot.
    blind: memory.blind || (!fired.isActive && fired.verdict.when === 'unknown'),
    mode,
    file: rule.place.path,
    line: rule.place.line,
    overrides: tick.overrides.filter(({ id }) => id === rule.id).map(({ file, over }) => ({ file, over })),
    because: fired.isActive ? renderBecause(rule.because, facts) : null,
    tree,
    until,
    effects: Object.entries(tick.decision.knobs).flatMap(([knob, { winner, boundedBy, value, reason }]) =>
      reason !== 'wait' && (winner === rule.id || boundedBy.includes(rule.id))
        ? [{ knob, value, reason }]
        : [],
    ),
    holds: rule.actions.flatMap((action) =>
      action.kind === 'hold' && counts(fired, tick) ? [`${action.knob}.${action.way}`] : [],
    ),
    waits: waitsOf(fired, tick, until ?? tree, tree),
    outrankedBy: losesTo(fired, tick),
    grades: tick.graded.filter(({ by }) => by === rule.id).reverse(),
  };
}

/** Whether the decision of the tick obeyed it. */
function counts({ rule, isActive, mode }: FiredRule, { auto }: TickView): boolean {
  return isActive && mode === 'enforce' && (auto || rule.safety);
}

function progressOf({ rule, memory }: FiredRule, atMs: number): Explanation['progress'] {
  if (memory.phase === 'pending') return { elapsedMs: memory.heldMs, ofMs: rule.forMs };
  return memory.phase === 'cooling' ? { elapsedMs: atMs - memory.sinceMs, ofMs: rule.cooldownMs } : null;
}
