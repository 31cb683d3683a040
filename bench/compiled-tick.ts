/** A whole tick with a hundred rules, conditions as closures, against the same with json-rules-engine. */
import type { CoreOptions } from '#src/agent/tick-types.js';
import type { Bench } from '#src/shapes/bench.js';
import { bothRules } from './parts/both-rules.js';
import { startDrive } from './parts/drive.js';
import { compareInTurn, median, rounded } from './parts/statistics.js';

const WARM_UP_TICKS = 200;
const TICKS = 600;

/** How much faster a whole tick is with conditions as closures; both must come to the same digest. */
export const compiledTick: Bench = {
  name: 'compiled-tick',
  takesS: 60,
  async measure({ runs, count }) {
    const digests = new Set<string>();
    const timeTicks = async (engine: NonNullable<CoreOptions['engine']>): Promise<number> => {
      const { core, ticks } = startDrive(1, engine);
      await ticks(count(WARM_UP_TICKS));
      const times = await ticks(count(TICKS));
      digests.add(core.digest.value());
      return times.reduce((sum, time) => sum + time, 0) / times.length;
    };
    const { times, ratios } = await compareInTurn(
      runs,
      () => timeTicks('compiled'),
      () => timeTicks(bothRules),
    );
    if (digests.size !== 1) throw new Error(`expected one digest of all runs, got ${[...digests].join(' ')}`);
    return [
      {
        name: 'compiled-tick',
        figure: rounded(median(times) * 1000),
        unit: 'µs',
        against: 'the same with json-rules-engine, both rules of each condition',
        ratio: rounded(median(ratios)),
        bar: { of: 'ratio', atLeast: 20 },
        runs: ratios.map(rounded),
      },
    ];
  },
};
