/** A run on values: a core that is handed traffic tick by tick, and the time each tick takes. */
import { Core } from '#src/agent/core.js';
import type { CoreOptions, CoreSettings } from '#src/agent/tick-types.js';
import { benchProfile, hundredRules } from './hundred-rules.js';
import { TICK_MS, Traffic } from './traffic.js';

/** A run that enforces with consent, so that every stage of a tick has work. */
export const SETTINGS: CoreSettings = {
  intervalMs: TICK_MS,
  tierMs: { frame: TICK_MS, fast: TICK_MS, slow: 5_000, rare: 30_000, tick: TICK_MS },
  mode: 'enforce',
  level: 'balanced',
  consent: true,
};

/** A core with its own traffic, which goes on from one call to the next. */
export interface Drive {
  core: Core;
  /** Takes so many ticks; the time of each in ms. */
  ticks(count: number): Promise<number[]>;
}

/** A fresh core with a hundred rules under the traffic of this number. */
export function startDrive(start: number, engine: NonNullable<CoreOptions['engine']>): Drive {
  const profile = benchProfile();
  const core = new Core(SETTINGS, profile, hundredRules(profile), { engine });
  const traffic = new Traffic(start, profile);
  return {
    core,
    async ticks(count) {
      const times: number[] = [];
      for (let i = 0; i < count; i++) {
        const sample = traffic.next();
        const startMs = performance.now();
        const result = await core.tick(sample);
        times.push(performance.now() - startMs);
        traffic.answer(result);
      }
      return times;
    },
  };
}
