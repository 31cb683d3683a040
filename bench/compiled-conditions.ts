/** The conditions of a hundred rules as closures, against json-rules-engine with its two rules for each condition. */
import { compileRules } from '#src/rules/compile.js';
import { factsOf } from '#src/rules/conditions.js';
import type { Verdicts } from '#src/rules/evaluate.js';
import type { Bench } from '#src/shapes/bench.js';
import type { FactValue, FactView } from '#src/shapes/reading.js';
import type { Rule } from '#src/shapes/rule.js';
import { bothRules } from './parts/both-rules.js';
import { startDrive } from './parts/drive.js';
import { compareInTurn, median, rounded } from './parts/statistics.js';

/** Different states of the facts that both are asked about. */
const STATES = 100;
/** Ticks from one state to the next, so that they differ. */
const APART = 3;
/** Closures are so fast that the clock needs several turns. */
const TURNS = 50;

/** How much faster one evaluation of all conditions is as closures; both must give the same verdicts. */
export const compiledConditions: Bench = {
  name: 'compiled-conditions',
  takesS: 15,
  async measure({ runs, count }) {
    const { rules, states } = await takeStates(count(STATES));
    const compiled = compileRules(rules);
    const reference = bothRules(rules);
    for (const state of states) expectSame(await compiled.evaluate(state), await reference.evaluate(state));
    const turns = count(TURNS);
    const { times, ratios } = await compareInTurn(
      runs,
      () => {
        const startMs = performance.now();
        for (let turn = 0; turn < turns; turn++) for (const state of states) compiled.evaluate(state);
        return (performance.now() - startMs) / turns;
      },
      async () => {
        const startMs = performance.now();
        for (const state of states) await reference.evaluate(state);
        return performance.now() - startMs;
      },
    );
    return [
      {
        name: 'compiled-conditions',
        figure: rounded((median(times) / states.length) * 1000),
        unit: 'µs',
        against: 'json-rules-engine, both rules of each condition',
        ratio: rounded(median(ratios)),
        bar: { of: 'ratio', atLeast: 100 },
        runs: ratios.map(rounded),
      },
    ];
  },
};

/** Facts as a run leaves them at so many moments. */
async function takeStates(count: number): Promise<{ rules: readonly Rule[]; states: FactView[] }> {
  const { core, ticks } = startDrive(1, 'compiled');
  const { rules } = core.book;
  const facts = new Set(
    rules.flatMap(({ when, until }) => [...factsOf(when), ...(until ? factsOf(until) : [])]),
  );
  const states: FactView[] = [];
  for (let i = 0; i < count; i++) {
    await ticks(APART);
    const values = new Map<string, FactValue>();
    for (const fact of facts) {
      const value = core.store.known(fact);
      if (value !== undefined) values.set(fact, value);
    }
    states.push(viewOf(values));
  }
  return { rules, states };
}

function viewOf(values: ReadonlyMap<string, FactValue>): FactView {
  return {
    known: (fact) => values.get(fact),
    number(fact) {
      const value = values.get(fact);
      return typeof value === 'number' ? value : undefined;
    },
    reading: () => undefined,
  };
}

/** @throws Error for the first rule that the two judge differently: what differs is not compared in speed. */
function expectSame(ours: Verdicts, theirs: Verdicts): void {
  for (const [id, verdict] of theirs) {
    if (JSON.stringify(ours.get(id)) === JSON.stringify(verdict)) continue;
    throw new Error(`expected ${JSON.stringify(verdict)} of "${id}", got ${JSON.stringify(ours.get(id))}`);
  }
}
