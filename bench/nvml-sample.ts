/** One fast sample of a card through the child that reads it, against the same reading without a child between. */
import { openLibrary } from '#src/gpu/nvml/library.js';
import { EVERYTHING, Session } from '#src/gpu/nvml/session.js';
import { Supervisor } from '#src/gpu/nvml/supervisor.js';
import type { Bench, BenchResult } from '#src/shapes/bench.js';
import { openStandInCard, standInLacks } from './parts/stand-in-card.js';
import { compareInTurn, median, percentileOf, rounded } from './parts/statistics.js';

const WARM_UP = 100;
const SAMPLES = 500;
const PACE = { fastMs: 1_000, slowMs: 5_000, rareMs: 30_000 };
const FAST = { tiers: ['fast'], settings: false } as const;
const DEADLINE_MS = 10_000;
const CHILD = new URL('../gpu/nvml/nvml-child.js', import.meta.url);

/** Time in ms of a fast sample as the agent takes it. The driver's own time is that of a stand-in: next to none. */
export const nvmlSample: Bench = {
  name: 'nvml-sample',
  takesS: 10,
  lacks: standInLacks,
  async measure({ runs, count }) {
    const card = openStandInCard();
    const supervisor = new Supervisor(CHILD, { ...process.env, ...card.env });
    // The library in this process reads it when it is initialised.
    process.env.NVML_STANDIN = card.env.NVML_STANDIN;
    const session = new Session({ library: await openLibrary({ places: [card.library] }), pace: PACE });
    try {
      await supervisor.ask({ kind: 'open', pace: PACE, known: [] }, DEADLINE_MS);
      session.open();
      await supervisor.ask({ kind: 'read', wanted: EVERYTHING }, DEADLINE_MS);
      session.read(EVERYTHING);
      const through: number[] = [];
      const own: number[] = [];
      const asked = async (samples: number): Promise<number> => {
        const first = through.length;
        for (let i = 0; i < samples; i++) {
          const startMs = performance.now();
          await supervisor.ask({ kind: 'read', wanted: FAST }, DEADLINE_MS);
          through.push(performance.now() - startMs);
        }
        return median(through.slice(first));
      };
      const called = (samples: number): number => {
        const first = own.length;
        for (let i = 0; i < samples; i++) {
          const startMs = performance.now();
          session.read(FAST);
          own.push(performance.now() - startMs);
        }
        return median(own.slice(first));
      };
      await asked(count(WARM_UP));
      called(count(WARM_UP));
      [through.length, own.length] = [0, 0];
      const { times, ratios } = await compareInTurn(
        runs,
        () => asked(count(SAMPLES)),
        () => called(count(SAMPLES)),
      );
      const result = (name: string, figure: number, more: Partial<BenchResult> = {}): BenchResult => ({
        name: `nvml-sample/${name}`,
        figure: rounded(figure),
        unit: 'ms',
        against: null,
        ratio: null,
        bar: null,
        runs: times.map(rounded),
        ...more,
      });
      return [
        result('child-p50', median(through), {
          against: 'the same without a child between',
          ratio: rounded(median(ratios)),
        }),
        result('child-p99', percentileOf(through, 0.99)),
        result('in-process-p50', median(own)),
      ];
    } finally {
      supervisor.close();
      session.close();
      card.close();
    }
  },
};
