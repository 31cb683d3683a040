import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PARAMETERS, withParameters } from '../../../src/gpu/simulated/parameters.js';
import {
  idlePlant,
  type PlantInputs,
  type PlantState,
  slowdownFactor,
  stepPlant,
  throughputShare,
} from '../../../src/gpu/simulated/plant.js';

const parameters = withParameters();
const limitW = fc.double({ min: 150, max: 600, noNaN: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const dtMs = fc.integer({ min: 0, max: 60_000 });
const inputs = fc.record(
  {
    busyShare: share,
    powerLimitW: limitW,
    ambientC: fc.double({ min: 5, max: 45, noNaN: true }),
    fansWork: fc.boolean(),
  },
  { requiredKeys: ['busyShare', 'powerLimitW'] },
) as fc.Arbitrary<PlantInputs>;
const series = fc.array(fc.tuple(inputs, dtMs), { maxLength: 60 });

function runSeries(steps: [PlantInputs, number][]): PlantState[] {
  let state = idlePlant(parameters);
  return steps.map(([step, ms]) => {
    state = stepPlant(state, step, ms, parameters);
    return state;
  });
}
function settle(step: PlantInputs, seconds = 1_200, from = idlePlant(parameters)): PlantState {
  let state = from;
  for (let second = 0; second < seconds; second += 1) state = stepPlant(state, step, 1_000, parameters);
  return state;
}

describe('the plant, under any load and limit', () => {
  it('stays within what a card can be', () => {
    fc.assert(
      fc.property(series, (steps) => {
        for (const [index, state] of runSeries(steps).entries()) {
          const { powerLimitW } = steps[index]?.[0] ?? { powerLimitW: 0 };
          expect(state.powerW).toBeGreaterThanOrEqual(parameters.idleW);
          expect(state.powerW).toBeLessThanOrEqual(Math.min(powerLimitW, parameters.fullLoadW) + 1e-9);
          expect(state.temperatureC).toBeGreaterThanOrEqual(5);
          // Idle watts without a fan in the hottest room stay below the 85 °C at which the thermal hold ends.
          expect(state.temperatureC).toBeLessThan(85.1);
          expect(state.speed).toBeGreaterThan(0);
          expect(state.speed).toBeLessThanOrEqual(1);
          expect(slowdownFactor(state)).toBeGreaterThanOrEqual(1);
          expect(state.fanPercent).toBeGreaterThanOrEqual(0);
          expect(state.fanPercent).toBeLessThanOrEqual(100);
          expect(['thermal', 'power', 'none']).toContain(state.limitedBy);
        }
      }),
    );
  });

  it('never loses energy', () => {
    fc.assert(
      fc.property(series, (steps) => {
        const energies = [0, ...runSeries(steps).map((state) => state.energyJ)];
        for (let index = 1; index < energies.length; index += 1) {
          expect(energies[index]).toBeGreaterThanOrEqual(energies[index - 1] ?? 0);
        }
      }),
    );
  });

  it('comes to the same state from the same inputs', () => {
    fc.assert(
      fc.property(series, (steps) => {
        expect(runSeries(steps)).toEqual(runSeries(steps));
      }),
    );
  });

  it('never draws more, works faster or gets hotter under a lower limit', () => {
    fc.assert(
      fc.property(series, inputs, limitW, dtMs, (steps, step, otherW, ms) => {
        const from = runSeries(steps).at(-1) ?? idlePlant(parameters);
        const [low, high] = [Math.min(step.powerLimitW, otherW), Math.max(step.powerLimitW, otherW)];
        const lower = stepPlant(from, { ...step, powerLimitW: low }, ms, parameters);
        const higher = stepPlant(from, { ...step, powerLimitW: high }, ms, parameters);
        expect(lower.powerW).toBeLessThanOrEqual(higher.powerW + 0.002);
        expect(lower.speed).toBeLessThanOrEqual(higher.speed + 1e-4);
        expect(lower.temperatureC).toBeLessThanOrEqual(higher.temperatureC + 0.01);
      }),
    );
  });

  it('moves to its steady temperature one way only', () => {
    // From 0.6 of the full load on the fans never stop, so the cooling does not change on the way.
    const busy = fc.double({ min: 0.6, max: 1, noNaN: true });
    fc.assert(
      fc.property(busy, busy, limitW, limitW, (before, after, beforeW, afterW) => {
        const hot = settle({ busyShare: before, powerLimitW: Math.max(250, beforeW) });
        const step = { busyShare: after, powerLimitW: Math.max(250, afterW) };
        const end = settle(step, 1_200, hot).temperatureC;
        let state = hot;
        let distance = Math.abs(hot.temperatureC - end);
        for (let second = 0; second < 300; second += 5) {
          state = stepPlant(state, step, 5_000, parameters);
          const left = Math.abs(state.temperatureC - end);
          expect(left).toBeLessThanOrEqual(distance + 0.01);
          distance = left;
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('the plant against what was published', () => {
  it('follows the fitted power curve: 0.997, 0.980, 0.934, 0.845, 0.700 at 0.9 to 0.5 of the draw', () => {
    for (const [x, r] of [
      [0.9, 0.997],
      [0.8, 0.98],
      [0.7, 0.934],
      [0.6, 0.845],
      [0.5, 0.7],
    ] as const) {
      expect(throughputShare(x, parameters)).toBeCloseTo(r, 2);
    }
    expect(throughputShare(1.2, parameters)).toBe(1);
  });

  it('rises with the draw and never reaches zero, inside and below the published range', () => {
    for (let x = 0.01; x < 1; x += 0.01) {
      expect(throughputShare(x, parameters)).toBeGreaterThan(0);
      expect(throughputShare(x + 0.01, parameters)).toBeGreaterThanOrEqual(throughputShare(x, parameters));
    }
  });

  it('is 60 to 67 °C warm at 260 to 300 W and 72 to 75 °C at 390 W, as the steady points say', () => {
    const at = (powerLimitW: number): number =>
      settle({ busyShare: 1, powerLimitW }, 1_200, { ...idlePlant(parameters), temperatureC: 60 })
        .temperatureC;
    const heavy = withParameters({ fullLoadW: 390 });
    let state = idlePlant(heavy);
    for (let second = 0; second < 1_200; second += 1) {
      state = stepPlant(state, { busyShare: 1, powerLimitW: 450 }, 1_000, heavy);
    }
    expect(at(260)).toBeGreaterThan(60);
    expect(at(300)).toBeLessThan(67.5);
    expect(state.temperatureC).toBeGreaterThan(72);
    expect(state.temperatureC).toBeLessThan(75);
  });

  it('idles near 40 °C with its fans stopped', () => {
    expect(Math.abs(settle({ busyShare: 0, powerLimitW: 450 }).temperatureC - 40)).toBeLessThan(3);
  });

  it('stops its fans only some time after it has cooled', () => {
    const hot = settle({ busyShare: 1, powerLimitW: 450 });
    const idle = { busyShare: 0, powerLimitW: 450 };
    expect(settle(idle, 120, hot).fansRun).toBe(true);
    expect(settle(idle, 400, hot).fansRun).toBe(false);
  });

  it('has every parameter inside its own range, with a source', () => {
    for (const [name, { value, range, source }] of Object.entries(PARAMETERS)) {
      expect(value, name).toBeGreaterThanOrEqual(range[0]);
      expect(value, name).toBeLessThanOrEqual(range[1]);
      expect(source, name).toMatch(/\w/);
    }
  });
});
