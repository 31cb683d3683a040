export { checkRuleTests } from './judge.js';
export { type ReaderThreadOptions, watchInThread } from './reader-thread.js';
