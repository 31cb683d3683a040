export { Agent, type AgentOptions } from './agent.js';
export { Core, type CoreSettings, type TickResult } from './core.js';
export type { Log } from './log.js';
export { type Recorded, type ReplayTick, replay } from './replay.js';
export { loadBook, loadProfile } from './setup.js';
export { Tally, type TallyReport } from './tally.js';
export type { StageTimes, Totals } from './totals.js';
export { whatIf } from './what-if.js';
