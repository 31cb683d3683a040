/** What the active rules claim of each knob: bounds, values and ways that are held, in the order of precedence. */
import type { FiredRule } from '../shapes/fired.js';
import type { KnobValue } from '../shapes/knob.js';
import type { Way } from '../shapes/rule.js';

/** A cap, a floor or a value of an active rule. */
export interface Claim {
  kind: 'cap' | 'floor' | 'set';
  by: string;
  priority: number;
  safety: boolean;
  /** Undefined while the fact it is read from was never known since the rule became active. */
  value: KnobValue | undefined;
}

/** The claims of the active rules, looked up by knob. */
export interface Claims {
  of(knob: string): readonly Claim[];
  /** The rule that holds a knob from going that way, or null. */
  holder(knob: string, way: Way): string | null;
}

const NONE: readonly Claim[] = [];
const NO_CLAIMS: Claims = { of: () => NONE, holder: () => null };

/**
 * Gathers the claims once for all knobs. Safety comes first, then priority, then id, so that of equal claims the same
 * one is named whatever the order of files.
 */
export function claimsOf(fired: readonly FiredRule[]): Claims {
  const active: FiredRule[] = [];
  for (const one of fired) if (one.isActive) active.push(one);
  if (active.length === 0) return NO_CLAIMS;
  const claims = new Map<string, Claim[]>();
  const holders = new Map<string, string>();
  for (const { rule, memory } of active.length > 1 ? active.sort(byPrecedence) : active) {
    for (let i = 0; i < rule.actions.length; i++) {
      const action = rule.actions[i];
      if (action === undefined) continue;
      if (action.kind === 'hold') {
        const way = `${action.knob}.${action.way}`;
        if (!holders.has(way)) holders.set(way, rule.id);
      } else if (action.kind === 'cap' || action.kind === 'floor' || action.kind === 'set') {
        const { kind, knob } = action;
        const claim = {
          kind,
          by: rule.id,
          priority: rule.priority,
          safety: rule.safety,
          value: memory.values[i],
        };
        const before = claims.get(knob);
        if (before === undefined) claims.set(knob, [claim]);
        else before.push(claim);
      }
    }
  }
  return {
    of: (knob) => claims.get(knob) ?? NONE,
    holder: (knob, way) => holders.get(`${knob}.${way}`) ?? null,
  };
}

function byPrecedence({ rule: a }: FiredRule, { rule: b }: FiredRule): number {
  return Number(b.safety) - Number(a.safety) || b.priority - a.priority || (a.id < b.id ? -1 : 1);
}
