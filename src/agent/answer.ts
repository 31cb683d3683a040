/** What came of a person's wish, as `set` and the three PUTs answer. */
import type { DecisionMemory } from '../decision/memory.js';
import type { Decision } from '../shapes/decision.js';
import type { SetAnswer } from '../shapes/port.js';
import type { PersonEvent } from '../shapes/sample.js';
import { endOf } from './confirm.js';
import { lackOf, lackText } from './lacking.js';

/** Reads the answer off the decision of the wish's own tick. `wallOffsetMs` turns tick time into wall time. */
export function answerWish(
  wish: PersonEvent,
  decision: Decision,
  memory: DecisionMemory,
  wallOffsetMs: number,
): SetAnswer {
  const iso = (atMs: number | null | undefined): string | null =>
    atMs === null || atMs === undefined ? null : new Date(atMs + wallOffsetMs).toISOString();
  switch (wish.kind) {
    case 'auto':
      return {
        knob: 'auto',
        value: wish.value,
        effective: memory.auto,
        boundedBy: [],
        expiresAt: null,
      };
    case 'level':
    case 'preset': {
      const { expiresAtMs } = wish.kind === 'level' ? memory.level : memory.preset;
      const level = decision.knobs.level;
      const effective =
        wish.kind === 'level' ? (level?.value ?? wish.value) : (memory.preset.value ?? wish.value);
      return {
        knob: wish.kind,
        value: wish.value,
        effective,
        boundedBy: level?.boundedBy ?? [],
        expiresAt: iso(expiresAtMs),
      };
    }
    case 'override':
    case 'release': {
      const decided = decision.knobs[wish.knob];
      const effective = decided?.value ?? '';
      // A hardware knob that may not be written stays where it is, and the answer must not look as if it had moved.
      const lack = lackOf(decided);
      const boundedBy = lack === undefined ? (decided?.boundedBy ?? []) : [lack.code];
      const value = wish.kind === 'override' ? wish.value : effective;
      const { expiresAtMs, confirmUntilMs } = endOf(decided);
      return {
        knob: wish.knob,
        value,
        effective,
        boundedBy,
        expiresAt: iso(expiresAtMs),
        ...(confirmUntilMs === undefined
          ? {}
          : { confirmBy: new Date(confirmUntilMs + wallOffsetMs).toISOString() }),
        ...(lack === undefined ? {} : { why: lackText(lack) }),
      };
    }
  }
}
