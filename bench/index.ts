/** Every measurement, in the order in which `evenkeel bench` makes them. */
import type { Bench } from '#src/shapes/bench.js';
import { agentCost } from './agent-cost.js';
import { compiledConditions } from './compiled-conditions.js';
import { compiledTick } from './compiled-tick.js';
import { dryRunDay } from './dry-run-day.js';
import { frameLoop } from './frame-loop.js';
import { ingest } from './ingest.js';
import { nvmlSample } from './nvml-sample.js';
import { recording } from './recording.js';
import { saveToLive } from './save-to-live.js';
import { sdkPython } from './sdk-python.js';
import { sdkTypescript } from './sdk-typescript.js';
import { tick100Rules } from './tick-100-rules.js';
import { validate } from './validate.js';

/** Every measurement, in the order in which they are made. */
export const BENCHES: readonly Bench[] = [
  tick100Rules,
  compiledConditions,
  compiledTick,
  recording,
  ingest,
  saveToLive,
  validate,
  dryRunDay,
  nvmlSample,
  agentCost,
  sdkTypescript,
  frameLoop,
  sdkPython,
];
