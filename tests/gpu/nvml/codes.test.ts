/** Every return code of NVML at every metric. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FUNCTIONS } from '../../../src/gpu/nvml/abi.js';
import { ALL_CODES, describeCode, NEVER_CODES } from '../../../src/gpu/nvml/codes.js';
import { EVERYTHING } from '../../../src/gpu/nvml/session.js';
import { type Control, hasStandIn } from '../../helpers/nvml-standin.js';
import { loadHere } from './in-process.js';

/** What each fact can be read by: with all of these refused there is no value. */
const SOURCES: Record<string, string[]> = {
  utilizationPercent: ['UtilizationRates'],
  memoryBusyPercent: ['UtilizationRates'],
  memoryUsedMib: ['MemoryInfo_v2', 'MemoryInfo'],
  memoryUsedPercent: ['MemoryInfo_v2', 'MemoryInfo'],
  temperatureC: ['TemperatureV', 'Temperature'],
  thermalMarginC: ['MarginTemperature', 'TemperatureThreshold'],
  memoryTemperatureC: ['FieldValues'],
  powerW: ['PowerUsage'],
  powerLimitW: ['EnforcedPowerLimit', 'PowerManagementLimit'],
  powerLimitMinW: ['PowerManagementLimitConstraints'],
  powerLimitMaxW: ['PowerManagementLimitConstraints'],
  powerLimitDefaultW: ['PowerManagementDefaultLimit'],
  graphicsClockMhz: ['ClockInfo'],
  smClockMhz: ['ClockInfo'],
  memoryClockMhz: ['ClockInfo'],
  videoClockMhz: ['ClockInfo'],
  fanPercent: ['FanSpeed'],
  limitedBy: ['CurrentClocksEventReasons'],
  performanceState: ['PerformanceState'],
  encoderPercent: ['EncoderUtilization'],
  decoderPercent: ['DecoderUtilization'],
  pcieReceiveMegabytesPerS: ['FieldValues', 'PcieThroughput'],
  pcieTransmitMegabytesPerS: ['FieldValues', 'PcieThroughput'],
  energyJ: ['TotalEnergyConsumption'],
};
const FACTS = Object.keys(SOURCES);
const GETTERS = Object.keys(FUNCTIONS).filter((name) => /^nvmlDeviceGet(?!Handle|Count|UUID)/.test(name));
const ERRORS = ALL_CODES.filter((code) => code !== 0);

describe.skipIf(!hasStandIn())('NVML codes', () => {
  test('each code at each metric is told with its number and a sentence, and takes no other metric along', async () => {
    const { machine, open } = await loadHere({ control: { memoryTemperatureC: 70 } });
    for (const code of ERRORS) {
      for (const functions of new Set(Object.values(SOURCES).map((names) => names.join()))) {
        const refused = functions.split(',');
        const faults = refused.map((name) => `fail.nvmlDeviceGet${name}` as const);
        machine.set(Object.fromEntries(faults.map((fault) => [fault, code])));
        const [reading] = open().read(EVERYTHING);
        expect(reading?.state).toBe('up');
        for (const [fact, sources] of Object.entries(SOURCES)) {
          const place = `${fact} with ${code} at ${functions}`;
          const isRefused = sources.every((source) => refused.includes(source));
          const told = reading?.told[fact];
          if (isRefused && fact === 'thermalMarginC' && NEVER_CODES.has(code)) {
            // A margin that a profile may tell: that there is nothing is one answer, whatever function lacks.
            expect(told, place).toEqual([null, 3, describeCode(3, 'the card tells no threshold')]);
          } else if (isRefused) {
            expect(told?.slice(0, 2), place).toEqual([null, code]);
            expect(told?.[2], place).toMatch(new RegExp(`^${code} [A-Z_]+: \\w`));
          } else if (!fact.startsWith('pcie')) expect(told?.[0], place).not.toBeNull();
        }
        machine.clear(...faults);
      }
    }
  });

  test('any codes at any functions throw nothing, and a value is missing exactly where a code is told', async () => {
    const { machine, open } = await loadHere({ cards: 2 });
    const fault = fc.tuple(
      fc.constantFrom(...GETTERS),
      fc.constantFrom('', '.0', '.1'),
      fc.constantFrom(...ALL_CODES),
    );
    fc.assert(
      fc.property(fc.array(fault, { minLength: 1, maxLength: 12 }), (faults) => {
        const control = Object.fromEntries(faults.map(([name, card, code]) => [`fail.${name}${card}`, code]));
        machine.set(control as Control);
        const session = open();
        for (let round = 0; round < 3; round++) {
          for (const { told, why, state } of session.read(EVERYTHING)) {
            for (const [fact, one] of Object.entries(told)) {
              if (one[0] !== null) expect(one).toHaveLength(1);
              else expect(`${fact} ${one[1]}: ${one[2]}`).toMatch(/^\w+ (\d+): \1 [A-Z_]+: \w/);
            }
            if (round === 0 && state === 'up')
              expect(Object.keys(told)).toEqual(expect.arrayContaining(FACTS));
            expect(why === '').toBe(state === 'up');
          }
        }
        machine.clear(...(Object.keys(control) as (keyof Control)[]));
      }),
      { numRuns: process.env.EVENKEEL_SOAK ? 2_000 : 60 },
    );
  });

  test('what the card will not tell is not asked again, what may pass is', async () => {
    const { machine, read, pass } = await loadHere();
    machine.set({ 'fail.nvmlDeviceGetPowerUsage': 3, 'fail.nvmlDeviceGetFanSpeed': 10 });
    expect(read()[0]?.told).toMatchObject({
      powerW: [null, 3, expect.any(String)],
      fanPercent: [null, 10, expect.any(String)],
    });
    machine.clear('fail.nvmlDeviceGetPowerUsage', 'fail.nvmlDeviceGetFanSpeed');
    pass(5_000);
    const again = read()[0]?.told ?? {};
    expect(again).not.toHaveProperty('powerW');
    expect(again.fanPercent?.[0]).toBeGreaterThanOrEqual(0);
  });
});
