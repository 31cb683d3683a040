export * from './decision.js';
export * from './gpu.js';
export * from './knob.js';
export * from './port.js';
export * from './profile.js';
export * from './reading.js';
export * from './rule.js';
export * from './sample.js';
