export * from './check.js';
export * from './lines.js';
export * from './queue.js';
export * from './registry.js';
export type { DecisionAnswer, SessionListener } from './session.js';
