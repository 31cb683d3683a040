/** The types that the agent answers with and those made from the schemas of its answers are the same, both ways. */
import { expect, test } from 'vitest';
import type { HelloAnswer } from '../../src/bot/index.js';
import type { IntakeAnswer } from '../../src/server/line-intake.js';
import type { Decision } from '../../src/shapes/decision.js';
import type { FactAnswer } from '../../src/shapes/generated/answers.js';
import type { HelloAnswerBody, LinesAnswer } from '../../src/shapes/generated/bot-answer.js';
import type * as schema from '../../src/shapes/generated/state.js';
import type {
  AgentState,
  BookState,
  DecisionEntry,
  Explanation,
  FactHistoryAnswer,
  FactState,
  RuleState,
  SetAnswer,
} from '../../src/shapes/port.js';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** The compiler refuses a `true` of a pair that differs. */
const SAME: {
  state: Same<AgentState, schema.StateAnswer>;
  fact: Same<FactState, FactAnswer>;
  rules: Same<{ rules: RuleState[]; book: BookState }, schema.RulesAnswer>;
  entry: Same<DecisionEntry, schema.StateEntry>;
  explanation: Same<Explanation, schema.ExplanationAnswer>;
  decision: Same<Decision, schema.DecisionOfTick>;
  set: Same<SetAnswer, schema.SetAnswerBody>;
  history: Same<FactHistoryAnswer, schema.HistoryAnswer>;
  hello: Same<HelloAnswer, HelloAnswerBody>;
  lines: Same<IntakeAnswer, LinesAnswer>;
} = {
  state: true,
  fact: true,
  rules: true,
  entry: true,
  explanation: true,
  decision: true,
  set: true,
  history: true,
  hello: true,
  lines: true,
};

test('every answer has the type of its schema', () => {
  expect(Object.values(SAME)).toEqual(Object.keys(SAME).map(() => true));
});
