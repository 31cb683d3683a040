/** The library's public face: `import { createAgent } from 'evenkeel'`. A bot imports `evenkeel/sdk` instead. */
export type { Log, StageTimes, Totals } from './agent/index.js';
export { ERRORS, type ErrorCode, EvenkeelError } from './errors.js';
export { createAgent } from './run/embedded-agent.js';
export type { AgentSettings } from './run/embedded-settings.js';
export type { AgentEventKind, AgentPlace, CreateAgentOptions, EmbeddedAgent } from './run/embedded-types.js';
export type { Decision, KnobDecision } from './shapes/decision.js';
export type { BottleneckAnswer, Recommendation, Snapshot } from './shapes/generated/answers.js';
export type {
  AgentEvent,
  AgentState,
  BookState,
  DecisionEntry,
  FactState,
  KnobState,
  Mode,
  Notice,
  RuleState,
  SetAnswer,
} from './shapes/port.js';
