export { BODY_LIMIT_BYTES, isLoopbackHost } from './guard.js';
export * from './server.js';
