/** The agent's state as JSON, and the one sentence that says how it goes. */
import type { DecisionMemory } from '../decision/memory.js';
import type { FactStore } from '../facts/store.js';
import { bareRecord } from '../own.js';
import { renderBecause } from '../rules/because.js';
import type { Decision } from '../shapes/decision.js';
import type { FiredRule } from '../shapes/fired.js';
import type { DecisionEntry, FactState, KnobState, RuleState } from '../shapes/port.js';
import { endOf } from './confirm.js';
import { changeText } from './entry-text.js';

/** Every fact heard of, with unit, quality, age and the reason where it is unknown. */
export function viewFacts(store: FactStore, nowMs: number): Record<string, FactState> {
  const facts: Record<string, FactState> = {};
  for (const [fact, { value, atMs, quality, why }] of store.entries()) {
    const isUnknown = store.known(fact) === undefined;
    facts[fact] = {
      value: isUnknown ? null : value,
      unit: store.definition(fact)?.unit ?? '',
      quality,
      ageMs: Math.max(0, Math.round(nowMs - atMs)),
      ...(why === undefined ? {} : { why }),
      ...(isUnknown && value !== null ? { lastValue: value } : {}),
    };
  }
  return facts;
}

/** Every offered knob; `wallOffsetMs` turns tick time into wall time. */
export function viewKnobs(
  memory: DecisionMemory,
  decision: Decision,
  wallOffsetMs: number,
): Record<string, KnobState> {
  const knobs: Record<string, KnobState> = bareRecord();
  const iso = (atMs: number): string => new Date(atMs + wallOffsetMs).toISOString();
  for (const [name, decided] of Object.entries(decision.knobs)) {
    const { value, winner, reason, boundedBy, wouldBe } = decided;
    const { expiresAtMs, confirmUntilMs } = endOf(decided);
    const knob = memory.knobs[name];
    if (knob === undefined) continue;
    knobs[name] = {
      value: knob.applied,
      decided: value,
      winner,
      reason,
      boundedBy,
      expiresAt: expiresAtMs === undefined ? null : iso(expiresAtMs),
      ...(confirmUntilMs === undefined ? {} : { confirmBy: iso(confirmUntilMs) }),
      ...(wouldBe === undefined ? {} : { wouldBe }),
      offer: knob.offer,
    };
  }
  return knobs;
}

/** One rule as people see it, with its conditions' present values. */
export function viewRule({ rule, memory, isActive }: FiredRule, store: FactStore): RuleState {
  return {
    id: rule.id,
    set: rule.set,
    file: rule.place.path,
    line: rule.place.line,
    state: memory.phase,
    blind: memory.blind,
    sinceMs: memory.sinceMs,
    activations: memory.activations,
    because: isActive ? renderBecause(rule.because, store) : null,
  };
}

/** "58.3 fps of 60, a frame takes 71 % of its time; bottleneck none; last change …". */
export function sentenceOf(
  store: FactStore,
  botName: string | null,
  last: DecisionEntry | undefined,
  nowMs: number,
): string {
  if (botName === null) return 'no bot is connected';
  if (store.known('bot.paused') === true) return `${botName} paused`;
  const fps = store.number('frame.fps');
  const load = store.number('frame.loadPercent');
  const goal = store.number('level.goalFps');
  if (fps === undefined || load === undefined) return `${botName} is connected, no frames yet`;
  const parts = [`${fps.toFixed(1)} fps of ${round(goal)}`, `a frame takes ${load.toFixed(0)} % of its time`];
  const bottleneck = store.known('state.bottleneck');
  if (bottleneck !== undefined && bottleneck !== 'none') parts.push(`bottleneck: ${bottleneck}`);
  const limited = store.known('gpu.limitedBy');
  if (limited !== undefined && limited !== 'none') parts.push(`card limited by: ${limited}`);
  if (last !== undefined) parts.push(`last change ${agoText(nowMs - last.atMs)}: ${changeText(last)}`);
  return parts.join(' · ');
}

function agoText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 90 ? `${seconds} s ago` : `${Math.round(seconds / 60)} min ago`;
}

function round(value: number | undefined): string {
  return value === undefined ? '?' : String(Math.round(value * 10) / 10);
}
